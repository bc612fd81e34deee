package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments that are interrupted: old bytes or new ones, whole, and nothing lies around. */
abstract class InterruptedContract {

  static final int SIZE = 150_000;
  private static final int CUTS = 20;

  @TempDir Path dir;
  Environment environment;
  private LineEnvironment over;
  RunningWorker worker;
  private int version;

  abstract Environment environment(Path dir) throws Exception;

  @BeforeEach
  void start() throws Exception {
    environment = environment(dir.resolve("environment"));
    over = new LineEnvironment(environment);
    worker = new RunningWorker(dir, over);
  }

  @AfterEach
  void stop() {
    worker.close();
    over.close();
    environment.close();
  }

  @Test
  void aLineThatIsCutAtAnyByteLeavesNothingHalf() throws Exception {
    Random random = new Random(20261126);
    Pair.deploy(worker, 1, SIZE);
    long before = over.line.carried();
    Pair.deploy(worker, 2, SIZE);
    long whole = over.line.carried() - before;
    // The decisive end is a few thousand bytes: every other time it is there.
    long end = whole - 2 * SIZE;
    int failed = 0;
    version = 2;
    for (int round = 0; round < CUTS; round++) {
      var request = Pair.request(worker, version + 1, SIZE);
      long at = round % 2 == 0 ? random.nextLong(whole) : whole - 1 - random.nextLong(end);
      if (round % 3 == 0) {
        over.line.cutAfter(at);
      } else {
        over.line.breakAfter(at);
      }
      RunningWorker.Answer answer = worker.deploy(request);
      assertThat(answer.status()).as("cut at %d of %d: %s", at, whole, answer).isIn(200, 502, 503);
      assertThatEachIsWhole(version, version + 1);
      if (answer.status() != 200) {
        failed++;
      }
      over.line.mend();
      assertThatItIsDoneAgain(request);
    }
    assertThat(failed).as("deployments that failed").isGreaterThan(CUTS / 4);
    var last = Pair.request(worker, version, SIZE);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              // What the very last fault left goes with the next connection.
              over.line.cut();
              assertThat(worker.deploy(last).status()).isEqualTo(200);
              assertThat(Leftovers.of(environment.folder())).isEmpty();
            });
  }

  /** Asks once more without any fault, and looks. */
  private void assertThatItIsDoneAgain(java.util.Map<String, Object> request) throws Exception {
    RunningWorker.Answer again = worker.deploy(request);
    assertThat(again.status()).as(again.toString()).isEqualTo(200);
    version++;
    assertThatEachIsWhole(version, version);
  }

  void assertThatEachIsWhole(int from, int to) throws Exception {
    for (String name : Pair.NAMES) {
      Path file = environment.folder().resolve(name);
      if (from == 0 && !Files.exists(file)) {
        continue;
      }
      byte[] bytes = Files.readAllBytes(file);
      boolean oneOfThem = false;
      for (int one = from; one <= to; one++) {
        oneOfThem |= java.util.Arrays.equals(bytes, Pair.body(name, one, SIZE));
      }
      assertThat(oneOfThem).as("%s is version %d or %d", name, from, to).isTrue();
    }
  }

  void assertThatNothingLiesAround() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(Leftovers.of(environment.folder())).isEmpty());
  }
}

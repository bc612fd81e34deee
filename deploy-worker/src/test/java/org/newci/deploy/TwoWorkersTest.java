package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Two deploy workers of one environment, an OpenSSH server, get in each other's way. */
@NeedsProgram({"sshd", "ssh-keygen"})
class TwoWorkersTest {

  private static final int HOLDS = 12;

  @TempDir Path dir;
  private OpenSshEnvironment sshd;
  private LineEnvironment slow;
  private RunningWorker held;
  private RunningWorker other;

  @BeforeEach
  void start() throws Exception {
    sshd = new OpenSshEnvironment(dir.resolve("environment"));
    slow = new LineEnvironment(sshd);
    held = new RunningWorker(dir.resolve("held"), slow);
    other = new RunningWorker(dir.resolve("other"), sshd);
  }

  @AfterEach
  void stop() {
    held.close();
    other.close();
    slow.close();
    sshd.close();
  }

  /**
   * One of them is held at a random byte, and taken for dead; then, after the other has deployed
   * something later, it goes on with what it was about to do.
   */
  @Test
  void whoWasTakenForDeadChangesNothingAnyMore() throws Exception {
    Random random = new Random(20261126);
    long whole = bytesOfOneDeployment();
    int sequence = 10;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < HOLDS; round++) {
        int late = ++sequence;
        int later = ++sequence;
        slow.line.holdAfter(random.nextLong(whole));
        Future<RunningWorker.Answer> first = threads.submit(() -> pair(held, late));
        await().until(() -> slow.line.held() || first.isDone());
        makeOld();
        RunningWorker.Answer second = pair(other, later);
        assertThat(second.status()).as(second.toString()).isEqualTo(200);
        slow.line.mend();
        assertThat(first.get().status()).as(first.get().toString()).isIn(200, 409, 502, 503);
        assertThatServed(later);
      }
    }
    assertThatNothingLiesAround();
  }

  /** What is served already gets a later number; meanwhile the other serves something else. */
  @Test
  void aNumberIsNotedOnlyForWhatIsServed() throws Exception {
    String one = held.blob("one", "one");
    String two = other.blob("two", "two");
    held.deploy(order(one, 1));
    long before = slow.line.carried();
    held.deploy(order(one, 2));
    long whole = slow.line.carried() - before;
    long sequence = 10;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (long at = 0; at < whole; at += whole / 12) {
        held.deploy(order(one, ++sequence));
        long mine = sequence + 2;
        long others = sequence + 1;
        sequence = mine;
        slow.line.holdAfter(at);
        Future<RunningWorker.Answer> first = threads.submit(() -> held.deploy(order(one, mine)));
        await().until(() -> slow.line.held() || first.isDone());
        makeOld();
        other.deploy(order(two, others));
        slow.line.mend();
        first.get();
        JsonNode record = record("app");
        String served = RunningWorker.sha256(Files.readAllBytes(sshd.folder().resolve("app")));
        assertThat(record.path("sha256").asText()).as("held at byte %d", at).isEqualTo(served);
      }
    }
    assertThatNothingLiesAround();
  }

  private static Map<String, Object> order(String sha256, long sequence) {
    return Map.of("artifact_id", "sha256:" + sha256, "published_name", "app", "sequence", sequence);
  }

  private long bytesOfOneDeployment() throws Exception {
    pair(held, 1);
    long before = slow.line.carried();
    assertThat(pair(held, 2).status()).isEqualTo(200);
    return slow.line.carried() - before;
  }

  private static RunningWorker.Answer pair(RunningWorker worker, int sequence) throws Exception {
    return Pair.deploy(worker, sequence, 10);
  }

  private void assertThatServed(int sequence) throws Exception {
    for (String name : Pair.NAMES) {
      byte[] bytes = Pair.body(name, sequence, 10);
      assertThat(sshd.folder().resolve(name)).hasBinaryContent(bytes);
      JsonNode record = record(name);
      assertThat(record.path("sha256").asText())
          .as(record.toString())
          .isEqualTo(RunningWorker.sha256(bytes));
      assertThat(record.path("state").asText()).as(record.toString()).isEqualTo("published");
      assertThat(record.path("build").asText()).isEqualTo("b" + sequence);
    }
  }

  private JsonNode record(String name) throws Exception {
    for (JsonNode one : other.deployments("test").body().path("deployments")) {
      if (one.path("published_name").asText().equals(name)) {
        return one;
      }
    }
    throw new IOException("nothing is served as " + name);
  }

  /** As if more than a minute had gone by. */
  private void makeOld() throws IOException {
    Path lock = sshd.folder().resolve(".newci/lock");
    if (!Files.exists(lock)) {
      return;
    }
    FileTime old = FileTime.from(Clock.systemUTC().instant().minus(Duration.ofMinutes(2)));
    try (Stream<Path> files = Files.walk(lock)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, old);
      }
    }
  }

  private void assertThatNothingLiesAround() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(Leftovers.of(sshd.folder())).isEmpty());
  }
}

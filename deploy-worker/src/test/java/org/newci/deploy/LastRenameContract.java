package org.newci.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.json.Json;

/**
 * A worker is held between its record and the rename that lets its bytes be served, and taken for
 * dead; another one serves later bytes; then the first goes on.
 */
abstract class LastRenameContract {

  /** Less than a request for a rename has, so that one is held in the middle. */
  private static final int STEP = 64;

  abstract Environment environment(Path dir) throws Exception;

  @Test
  void theLastRenameOfWhoWasTakenForDeadChangesNothing(@TempDir Path dir) throws Exception {
    try (Environment real = environment(dir.resolve("environment"));
        LineEnvironment slow = new LineEnvironment(real);
        RunningWorker held = new RunningWorker(dir.resolve("held"), slow);
        RunningWorker other = new RunningWorker(dir.resolve("other"), real);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // A name of its own each time: what is remembered of one grows.
      assertThat(deploy(held, "app-0", 1).status()).isEqualTo(200);
      long before = slow.line.carried();
      assertThat(deploy(held, "app-0", 2).status()).isEqualTo(200);
      long whole = slow.line.carried() - before;
      int late = 0;
      for (long at = whole / 2; at < whole; at += STEP) {
        String name = "app-" + at;
        Path file = real.folder().resolve(name);
        assertThat(deploy(other, name, 1).status()).isEqualTo(200);
        slow.line.holdAfter(at);
        Future<RunningWorker.Answer> first = threads.submit(() -> deploy(held, name, 2));
        await().until(() -> slow.line.held() || first.isDone());
        boolean beforeRename =
            noted(real.folder(), name) == 2 && !Files.readString(file).equals(body(name, 2));
        if (beforeRename) {
          late++;
          makeOld(real.folder());
          assertThat(deploy(other, name, 3).status()).isEqualTo(200);
        }
        slow.line.mend();
        RunningWorker.Answer answer = first.get();
        if (beforeRename) {
          assertThat(answer.status()).as(answer.toString()).isIn(409, 502, 503);
          assertThat(file).as("held at byte %d", at).hasContent(body(name, 3));
          assertThat(noted(real.folder(), name)).isEqualTo(3);
        }
      }
      assertThat(late).as("times that it was held just there").isPositive();
    }
  }

  private static String body(String name, long sequence) {
    return "number %d of %s".formatted(sequence, name);
  }

  private static RunningWorker.Answer deploy(RunningWorker worker, String name, long sequence)
      throws Exception {
    String sha256 = worker.blob(name + "-" + sequence, body(name, sequence));
    return worker.deploy(
        Map.of("artifact_id", "sha256:" + sha256, "published_name", name, "sequence", sequence));
  }

  /** Number of the deployment that the environment's record is of. */
  private static long noted(Path folder, String name) throws IOException {
    String key = RunningWorker.sha256(name.getBytes(UTF_8));
    return Json.tree(Files.readString(folder.resolve(".newci/" + key + ".json")))
        .path("sequence")
        .asLong();
  }

  /** As if more than a minute had gone by. */
  private static void makeOld(Path folder) throws IOException {
    FileTime old = FileTime.from(Clock.systemUTC().instant().minus(Duration.ofMinutes(2)));
    try (Stream<Path> files = Files.walk(folder.resolve(".newci/lock"))) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, old);
      }
    }
  }
}

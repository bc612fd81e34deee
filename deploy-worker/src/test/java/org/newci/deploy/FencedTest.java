package org.newci.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller that was stopped in the middle goes on after another has taken over. */
class FencedTest {

  @Test
  void whoHasLostTheLeaseIsRefusedByAnyWorker(@TempDir Path dir) throws Exception {
    try (Environment environment = new EmbeddedEnvironment(dir.resolve("environment"));
        RunningWorker first = new RunningWorker(dir.resolve("first"), environment);
        RunningWorker second = new RunningWorker(dir.resolve("second"), environment)) {
      assertThat(deploy(first, "one", 5, 10).body().path("changed").asBoolean()).isTrue();
      assertThat(deploy(first, "one", 5, 10).status()).isEqualTo(200);
      assertThat(deploy(second, "one", 5, 11).body().path("changed").asBoolean()).isFalse();
      RunningWorker.Answer late = deploy(first, "one", 5, 10);
      assertThat(late.status()).isEqualTo(409);
      assertThat(late.kind()).isEqualTo("fence-too-low");
      assertThat(late.detail()).contains("number 5 of the deployments of 'app'");
      assertThat(deploy(second, "one", 5, 11).status()).isEqualTo(200);
      // Another deployment has leases of its own.
      assertThat(deploy(first, "two", 6, 3).status()).isEqualTo(200);
      assertThat(environment.folder().resolve("app")).hasContent("two");
    }
  }

  private static RunningWorker.Answer deploy(
      RunningWorker worker, String bytes, long sequence, long fence) throws Exception {
    return worker.deploy(
        Map.of(
            "artifact_id",
            "sha256:" + worker.blob("a", bytes),
            "published_name",
            "app",
            "sequence",
            sequence,
            "fence",
            fence));
  }
}

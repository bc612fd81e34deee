package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.neighbours.NeedsProgram;

/** A copy of everything, taken while it runs, goes on where it was. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class BackupTest {

  @TempDir Path dir;
  private RunningSystem newci;
  private Sources sources;

  @BeforeEach
  void start() {
    newci = RunningSystem.start();
    sources = Sources.serve(dir.resolve("sources"));
  }

  @AfterEach
  void stop() {
    sources.close();
    newci.close();
  }

  @Test
  void afterARestoreNothingIsDeployedTwiceAndWhatWaitedGoesOn() {
    Sources.Repository repository =
        sources.repository("backup", Map.of(".gitlab-ci.yml", Fixture.HELLO_CI, "seed", "one\n"));
    String first = newci.submit(repository.url(), "master", "hello.bin");
    assertThat(newci.finished(first).path("outcome").asText()).isEqualTo("succeeded");
    JsonNode served = served();

    newci.newci("stop", "--reason", "a backup").ok();
    repository.commit(Map.of("seed", "two\n"));
    String waits = newci.submit(repository.url(), "master", "hello.bin");
    Awaitility.await("build " + waits + " to be held")
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> newci.build(waits).path("state").asText().equals("held"));
    newci.newci("backup", "--data", newci.data().toString(), "--to", dir + "/backup").ok();

    // What the backup does not know of: a deployment with a later number.
    newci.newci("resume").ok();
    newci.finished(waits);
    newci.down();

    newci.erase();
    newci.newci("restore", "--data", newci.data().toString(), "--from", dir + "/backup").ok();
    newci.up();
    assertThat(served()).as("neither again nor otherwise").isEqualTo(served);
    assertThat(newci.build(first).path("outcome").asText()).isEqualTo("succeeded");
    newci.newci("resume").ok();
    JsonNode went = newci.finished(waits);
    assertThat(went.path("outcome").asText()).as(went.toPrettyString()).isEqualTo("succeeded");
    assertThat(newci.published("hello.bin").text()).isEqualTo("TWO\n");
    assertThat(served().path("former")).hasSize(1);
  }

  private JsonNode served() {
    return newci
        .web()
        .get(newci.env("NEWCI_DEPLOY_URL") + "/deployments")
        .json()
        .path("deployments")
        .path(0);
  }
}

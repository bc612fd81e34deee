package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.vcs.MirrorRequest;

class FailureTest {

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).limits(TestLimits.of(Duration.ofSeconds(1), Duration.ofSeconds(2), 1_000));
    rig.start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private JsonNode failed(String id) {
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(rig.deployer.served).isEmpty();
    return build;
  }

  @Test
  void aRefusalIsTheSentenceOfTheBuild() throws Exception {
    rig.vcs.refuses = "There is no branch or tag 'main' in https://git.example/hello.";
    JsonNode build = failed(rig.submit("https://git.example/hello", "hello.bin"));
    assertThat(build.path("sentence").asText()).isEqualTo(rig.vcs.refuses);
    assertThat(build.path("steps").path(0).path("result").asText()).isEqualTo("failed");
  }

  @Test
  void aFailedJobIsNamedAndNothingIsDeployed() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", "hello.bin");
    await().until(() -> rig.vcs.of(id).isPresent());
    rig.vcs.of(id).orElseThrow().job("failed", 3, "script_failure");
    assertThat(failed(id).path("sentence").asText())
        .isEqualTo("Job build failed with exit code 3 (script_failure).");
    assertThat(rig.vcs.collects).isEmpty();
  }

  @Test
  void noPipelineEndsTheBuild() throws Exception {
    rig.vcs.begins = null;
    JsonNode build = failed(rig.submit("https://git.example/hello", null));
    assertThat(build.path("sentence").asText()).startsWith("No pipeline was started");
  }

  @Test
  void aMissingArtifactEndsTheBuild() throws Exception {
    rig.vcs.collectRefuses = "No job made 'hello.bin' (there are: a.bin, b.bin).";
    JsonNode build = failed(rig.submit("https://git.example/hello", "hello.bin"));
    assertThat(build.path("sentence").asText()).isEqualTo(rig.vcs.collectRefuses);
  }

  @Test
  void whatTheGrantBroughtCountsNotWhatTheWorkerSays() throws Exception {
    rig.vcs.collectStores = "f".repeat(64);
    JsonNode build = failed(rig.submit("https://git.example/hello", "hello.bin"));
    assertThat(build.path("sentence").asText())
        .contains("hello.bin", "the store got ffff")
        .startsWith("The VCS worker says that it stored ");
  }

  @Test
  void aRefusedDeploymentEndsTheBuild() throws Exception {
    rig.deployer.refuses = "The host key of the environment has changed; nothing was sent.";
    JsonNode build = failed(rig.submit("https://git.example/hello", "hello.bin"));
    assertThat(build.path("sentence").asText()).isEqualTo(rig.deployer.refuses);
    assertThat(rig.deployer.requests).hasSize(1);
  }

  @Test
  void aWorkerThatHangsDelaysNobodyElse() throws Exception {
    rig.vcs.hangs = "hang";
    String hanging = rig.submit("https://git.example/hang", "hello.bin");
    rig.untilState(hanging, "mirroring");
    for (int i = 0; i < 50; i++) {
      Instant before = Instant.now();
      rig.submit("https://git.example/hang", null);
      rig.get("/status");
      assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
    }
    String other = rig.submit("https://git.example/other", "hello.bin");
    assertThat(rig.untilFinished(other).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.get("/builds/" + hanging).path("state").asText()).isEqualTo("mirroring");
    assertThat(rig.get("/status").path("queued")).hasSize(50);
  }

  @Test
  void buildsOfOneProjectRunOneAfterTheOtherInOrder() throws Exception {
    rig.vcs.begins = "running";
    String first = rig.submit("https://git.example/hello.git", null);
    String second = rig.submit("https://git.example/hello", null);
    String third = rig.submit("https://git.example/hello/", null);
    for (String id : List.of(first, second, third)) {
      rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
      assertThat(rig.get("/status").path("building")).hasSize(1);
      rig.vcs.of(id).orElseThrow().job("success", null, null);
    }
    rig.untilFinished(third);
    assertThat(rig.vcs.mirrors)
        .extracting(MirrorRequest::build)
        .containsExactly(first, second, third);
  }

  @Test
  void aRestartWhileMirroringAsksTheSameAgain() throws Exception {
    rig.vcs.hangs = "hello";
    String id = rig.submit("https://git.example/hello", "hello.bin");
    await().until(() -> rig.vcs.mirrors.size() == 1);
    rig.restart();
    await().until(() -> rig.vcs.mirrors.size() == 2);
    rig.vcs.release();
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    MirrorRequest first = rig.vcs.mirrors.get(0);
    MirrorRequest again = rig.vcs.mirrors.get(1);
    assertThat(again.fence()).isEqualTo(first.fence());
    assertThat(again.build()).isEqualTo(first.build());
    assertThat(rig.deployer.requests).hasSize(1);
  }

  @Test
  void aRestartWhileBuildingGoesOnWatching() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", "hello.bin");
    rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
    rig.service.close();
    rig.vcs.of(id).orElseThrow().job("success", null, null);
    rig.start();
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.send("GET", "/builds/" + id + "/log", "").body())
        .isEqualTo("=== job build (stage test) ===\nhello\n");
  }

  @Test
  void aRestartWhileDeployingAsksTheSameAgain() throws Exception {
    rig.deployer.hangs = true;
    String id = rig.submit("https://git.example/hello", "hello.bin");
    await().until(() -> rig.deployer.requests.size() == 1);
    rig.restart();
    await().until(() -> rig.deployer.requests.size() == 2);
    rig.deployer.release();
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    DeployRequest first = rig.deployer.requests.get(0);
    assertThat(rig.deployer.requests.get(1)).isEqualTo(first);
  }

  @Test
  void theQueueSurvivesARestartInOrder() throws Exception {
    rig.vcs.hangs = "hello";
    String first = rig.submit("https://git.example/hello", null);
    String second = rig.submit("https://git.example/hello", null);
    String third = rig.submit("https://git.example/hello", null);
    rig.untilState(first, "mirroring");
    rig.restart();
    JsonNode queued = rig.get("/status").path("queued");
    assertThat(queued.path(0).asText()).isEqualTo(second);
    assertThat(queued.path(1).asText()).isEqualTo(third);
    rig.vcs.release();
    rig.untilFinished(third);
    assertThat(rig.vcs.mirrors.stream().map(MirrorRequest::build).distinct())
        .containsExactly(first, second, third);
  }
}

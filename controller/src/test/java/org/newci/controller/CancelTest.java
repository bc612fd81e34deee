package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CancelTest {

  private static final String REPO = "https://git.example/hello";

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).limits(TestLimits.of(Duration.ofSeconds(30), Duration.ofSeconds(2), 100));
    rig.start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private HttpResponse<String> cancel(String id) throws Exception {
    return rig.send("POST", "/builds/" + id + "/cancel", "");
  }

  @Test
  void aQueuedBuildIsCancelledAtOnce() throws Exception {
    rig.vcs.begins = "running";
    rig.untilState(rig.submit(REPO, null), "building");
    String second = rig.submit(REPO, null);
    assertThat(cancel(second).statusCode()).isEqualTo(202);
    JsonNode build = rig.get("/builds/" + second);
    assertThat(build.path("outcome").asText()).isEqualTo("cancelled");
    assertThat(build.path("sentence").asText()).isEqualTo("Cancelled by ann while it was queued.");
    assertThat(cancel(second).statusCode()).isEqualTo(409);
  }

  @Test
  void aBuildThatIsMirroredIsCancelledWhenThatHasEnded() throws Exception {
    rig.vcs.begins = "running";
    rig.vcs.hangs = "hello";
    String id = rig.submit(REPO, null);
    rig.untilState(id, "mirroring");
    assertThat(cancel(id).statusCode()).isEqualTo(202);
    assertThat(cancel(id).statusCode()).isEqualTo(202);
    assertThat(rig.get("/builds/" + id).path("state").asText()).isEqualTo("mirroring");
    rig.vcs.release();
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("cancelled");
    assertThat(rig.vcs.cancelled).containsExactly(rig.vcs.of(id).orElseThrow().id);
  }

  @Test
  void aRunningPipelineIsCancelledInGitLab() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit(REPO, "hello.bin");
    rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
    assertThat(cancel(id).statusCode()).isEqualTo(202);
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("cancelled");
    assertThat(rig.vcs.cancelled).containsExactly(rig.vcs.of(id).orElseThrow().id);
    assertThat(rig.deployer.requests).isEmpty();
  }

  @Test
  void aCancelledBuildIsCancelledEvenIfGitLabCallsItASuccess() throws Exception {
    rig.vcs.begins = "running";
    rig.vcs.cancelMakes = "success";
    String id = rig.submit(REPO, "hello.bin");
    rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
    cancel(id);
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("cancelled");
    assertThat(rig.deployer.requests).isEmpty();
  }

  @Test
  void aPipelineThatDoesNotListenIsNotWaitedForForEver() throws Exception {
    rig.vcs.begins = "running";
    rig.vcs.cancelMakes = null;
    String id = rig.submit(REPO, null);
    rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
    cancel(id);
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("cancelled");
  }

  @Test
  void aBuildThatIsCollectedIsCancelledAtOnce() throws Exception {
    rig.vcs.collectHangs = true;
    String id = rig.submit(REPO, "hello.bin");
    rig.untilState(id, "collecting");
    assertThat(cancel(id).statusCode()).isEqualTo(202);
    rig.vcs.release();
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("cancelled");
    assertThat(rig.deployer.requests).isEmpty();
  }

  @Test
  void aBuildThatIsDeployedIsNotCancelled() throws Exception {
    rig.deployer.hangs = true;
    String id = rig.submit(REPO, "hello.bin");
    await().until(() -> !rig.deployer.requests.isEmpty());
    HttpResponse<String> answer = cancel(id);
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("is being deployed; wait for its end");
    rig.deployer.release();
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(cancel(id).statusCode()).isEqualTo(409);
  }
}

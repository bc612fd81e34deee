package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.vcs.MirrorRequest;

class WholePathTest {

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void anOrderBecomesAServedFile() throws Exception {
    String id = rig.submit("https://git.example/hello.git", "dist/hello.bin");
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
    assertThat(build.path("url").asText()).isEqualTo("https://site/hello.bin");
    assertThat(build.path("submitter").asText()).isEqualTo("ann");
    assertThat(build.path("commit").asText()).hasSize(40);
    List<String> steps = new ArrayList<>();
    build.path("steps").forEach(s -> steps.add(s.path("name").asText()));
    assertThat(steps).containsExactly("mirror", "build", "collect", "deploy");

    MirrorRequest mirror = rig.vcs.mirrors.getFirst();
    assertThat(mirror.variables())
        .containsEntry("NEWCI_REF", "main")
        .containsEntry("NEWCI_REPO", "https://git.example/hello.git")
        .containsEntry("NEWCI_BUILD", id);
    assertThat(mirror.hook().url()).isEqualTo(rig.url() + "/webhooks/gitlab");
    assertThat(mirror.hook().token()).isEqualTo(Rig.SECRET);
    assertThat(mirror.name()).matches("hello-[0-9a-f]{10}");

    DeployRequest deploy = rig.deployer.requests.getFirst();
    assertThat(deploy.artifactId()).isEqualTo(build.path("artifact_digest").asText());
    assertThat(deploy.artifactId()).isEqualTo("sha256:" + deploy.sha256());
    assertThat(deploy.publishedName()).isEqualTo("hello.bin");
    assertThat(rig.deployer.requests).hasSize(1);

    assertThat(rig.send("GET", "/builds/" + id + "/log", "").body())
        .isEqualTo("=== job build (stage test) ===\nhello\n");
    JsonNode status = rig.get("/status");
    assertThat(status.path("finished")).hasSize(1);
    assertThat(status.path("builds").path(id).path("artifact").asText())
        .isEqualTo("dist/hello.bin");
  }

  @Test
  void laterDeploymentsHaveHigherNumbersAcrossARestart() throws Exception {
    rig.untilFinished(rig.submit("https://git.example/a", "a.bin"));
    rig.untilFinished(rig.submit("https://git.example/b", "a.bin"));
    rig.restart();
    rig.untilFinished(rig.submit("https://git.example/a", "a.bin"));
    List<Long> numbers = rig.deployer.requests.stream().map(DeployRequest::sequence).toList();
    assertThat(numbers).hasSize(3).isSorted().doesNotHaveDuplicates();
    List<Long> fences = rig.vcs.mirrors.stream().map(MirrorRequest::fence).toList();
    assertThat(fences).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aBuildWithoutArtifactOnlyTests() throws Exception {
    JsonNode build = rig.untilFinished(rig.submit("https://git.example/hello", null));
    assertThat(build.path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.vcs.collects).isEmpty();
    assertThat(rig.deployer.requests).isEmpty();
  }

  @Test
  void aHintMakesTheNextStepBeginAtOnce() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", "hello.bin");
    rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
    // By then the watch looks only once a second.
    await().pollDelay(Duration.ofMillis(5_500)).until(() -> true);
    List<Long> times = new ArrayList<>();
    FakeVcs.Pipeline pipeline = rig.vcs.of(id).orElseThrow();
    for (int i = 0; i < 10; i++) {
      int looks = pipeline.looks.get();
      long before = System.nanoTime();
      rig.webhook(Rig.SECRET, "{\"project\":{\"id\":%d}}".formatted(pipeline.project));
      await().pollInterval(Duration.ofMillis(1)).until(() -> pipeline.looks.get() > looks);
      times.add((System.nanoTime() - before) / 1_000_000);
    }
    Collections.sort(times);
    assertThat(times.get(5)).as("milliseconds %s", times).isLessThan(300);
    pipeline.job("success", null, null);
    rig.webhook(Rig.SECRET, "{\"project\":{\"id\":%d}}".formatted(pipeline.project));
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
  }
}

package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

@NeedsProgram("git")
class FirstJobTest {

  @TempDir Path dir;

  @Test
  void aPushHandsAJobToAWaitingRunner() throws Exception {
    try (StandIn standIn = new StandIn(dir.resolve("home"))) {
      long id = standIn.project("hello");
      CompletableFuture<StandIn.Answer> waiting =
          CompletableFuture.supplyAsync(
              () ->
                  standIn.call(
                      "POST",
                      "/jobs/request",
                      "{\"token\": \"%s\"}".formatted(StandIn.RUNNER),
                      null));
      Git git = Git.init(dir.resolve("copy"));
      String sha = git.commit(".gitlab-ci.yml", "build:\n  script: make\n");
      git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "HEAD:master");

      StandIn.Answer pipelines = standIn.get("/projects/%d/pipelines".formatted(id));
      assertThat(pipelines.json()).hasSize(1);
      assertThat(pipelines.json().get(0).path("sha").asText()).isEqualTo(sha);
      StandIn.Answer job = waiting.get();
      assertThat(job.status()).isEqualTo(201);
      assertThat(job.json().path("git_info").path("sha").asText()).isEqualTo(sha);
      assertThat(job.json().path("steps").get(0).path("script").get(0).asText()).isEqualTo("make");
    }
  }
}

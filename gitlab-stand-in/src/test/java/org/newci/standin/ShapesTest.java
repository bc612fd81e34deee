package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Answers have the keys and types of GitLab's schemas and samples. */
@NeedsProgram("git")
class ShapesTest {

  @TempDir Path dir;
  private StandIn standIn;

  @BeforeEach
  void start() {
    assumeTrue(Fixtures.present(), "needs GitLab's payloads (-Dnewci.fixtures=FOLDER)");
    standIn = new StandIn(dir.resolve("home"));
  }

  @AfterEach
  void stop() {
    if (standIn != null) {
      standIn.close();
    }
  }

  @Test
  void answersHaveGitLabsKeys() throws Exception {
    long project = standIn.project("hello");
    Git git = Git.init(dir.resolve("copy"));
    git.commit(".gitlab-ci.yml", "build:\n  script: make\n  artifacts: {paths: [out]}\n");
    git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "HEAD:master");
    RunnerClient runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
    JsonNode handed = runner.next().orElseThrow();
    runner.trace(handed, 0, "log");
    runner.upload(handed, new byte[] {1, 2, 3});
    runner.fail(handed, "script_failure", 2);

    String base = "/projects/" + project;
    JsonNode one = standIn.get(base).json();
    JsonNode pipelines = standIn.get(base + "/pipelines").json();
    JsonNode pipeline =
        standIn.get(base + "/pipelines/" + pipelines.get(0).path("id").asLong()).json();
    JsonNode job = standIn.get(base + "/jobs/" + handed.path("id").asLong()).json();
    JsonNode created = standIn.post("/user/runners", "{\"runner_type\":\"instance_type\"}").json();
    Fixtures.ifThere(
        fixtures -> {
          fixtures.fits("schemas-public_api_v4/projects.json", one);
          fixtures.fits("schemas-public_api_v4/pipeline.json", pipeline);
          fixtures.fits("schemas-public_api_v4/pipeline.json", pipelines.get(0));
          fixtures.fits("schemas-public_api_v4/job.json", job);
          fixtures.hasKeysOf("webhooks-gitlab-docs/create-pipeline-api-response.json", pipeline);
          fixtures.hasKeysOf(
              "api-responses-gitlab4j/job.json",
              job,
              "linkedin",
              "skype",
              "twitter",
              "website_url",
              "created_at",
              "description",
              "name_with_namespace",
              "project");
          fixtures.hasKeysOf("api-responses-gitlab4j/created-runner-response.json", created);
          fixtures.hasKeysOf(
              "runner/job-request-response.json", handed, "image", "untracked", "services");
        });
    assertThat(job.path("exit_code").asInt()).isEqualTo(2);
  }
}

package org.newci.runner.gitlab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.newci.shell.json.Json;

class JobPayloadTest {

  @Test
  void readsWhatGitLabSends() throws IOException {
    Path fixture =
        Path.of(System.getProperty("newci.fixtures", ""), "runner/job-request-response.json");
    Assumptions.assumeTrue(Files.exists(fixture), "no fixture " + fixture);
    JobPayload job = Json.lenient().readValue(Files.readString(fixture), JobPayload.class);
    assertThat(job.id()).isEqualTo(10);
    assertThat(job.timeoutSeconds()).isEqualTo(3600);
    assertThat(job.script("script")).containsExactly("date", "ls -ls");
    assertThat(job.script("after_script")).containsExactly("ls -ls");
    assertThat(job.image().name()).isEqualTo("ruby:3.3");
    assertThat(job.variables().getFirst().file()).isTrue();
    assertThat(job.artifacts().getFirst().when()).isEqualTo("always");
    assertThat(job.dependencies().getFirst().artifactsFile().size()).isEqualTo(13631488);
    assertThat(job.toString()).doesNotContain("job-token");
    assertThat(job.dependencies().toString()).doesNotContain("other-job-token");
    assertThat(job.gitInfo().toString()).doesNotContain("testTokenHere");
  }

  @Test
  void whatIsMissingHasADefault() throws IOException {
    JobPayload job =
        Json.lenient().readValue("{\"id\":1,\"token\":\"t\",\"image\":null}", JobPayload.class);
    assertThat(job.timeoutSeconds()).isEqualTo(7200);
    assertThat(job.variables()).isEmpty();
    assertThat(job.script("script")).isEmpty();
  }
}

package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Whole jobs, from the hand-out to the final update. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class JobTest {

  @TempDir static Path dir;
  private static JobRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = new JobRig(dir, Map.of());
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void writesAFileAndUploadsIt() throws IOException {
    ObjectNode payload = rig.payload("mkdir out", "cat hello.txt > out/app.txt");
    JobRig.artifact(payload, "out/");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(job.end().path("state").asText()).isEqualTo("success");
    assertThat(JobRig.unzip(job.upload))
        .containsEntry("out/app.txt", "hello from the repository\n");
  }
}

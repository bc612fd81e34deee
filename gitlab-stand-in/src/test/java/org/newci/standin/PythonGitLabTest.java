package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** python-gitlab (Debian: python3-gitlab) walks through projects, pipelines, jobs and artifacts. */
@NeedsProgram({"git", "python3"})
class PythonGitLabTest {

  /** Where Debian puts it. */
  private static final Path LIBRARY = Path.of("/usr/lib/python3/dist-packages/gitlab");

  @TempDir Path dir;

  @Test
  void itFindsWhatItExpects() throws Exception {
    assumeTrue(
        Files.isDirectory(LIBRARY) || Boolean.getBoolean("newci.requirePrograms"),
        "needs python-gitlab (Debian: python3-gitlab)");
    try (Recorder recorder = new Recorder();
        StandIn standIn = StandIn.behind(recorder, dir.resolve("home"))) {
      builtProject(
          standIn, dir.resolve("copy"), "not really a zip".getBytes(StandardCharsets.UTF_8));
      Path script = dir.resolve("walk.py");
      try (InputStream text =
          Objects.requireNonNull(getClass().getResourceAsStream("python_gitlab.py"))) {
        Files.copy(text, script);
      }
      String output =
          new ForeignClient(dir, Map.of("PYTHONWARNINGS", "ignore"))
              .run(
                  List.of(
                      "/usr/bin/python3",
                      script.toString(),
                      standIn.publicUrl(),
                      StandIn.ROOT,
                      "walked"));
      assertThat(output).contains("all good");
      recorder.assertAllGood();
    }
  }

  /** A project whose pipeline was run by hand: a job with a log and artifacts. */
  static long builtProject(StandIn standIn, Path copy, byte[] artifacts) throws Exception {
    long id = standIn.project("walked");
    Git git = Git.init(copy);
    git.commit(".gitlab-ci.yml", "build:\n  script: make\n  artifacts: {paths: [out]}\n");
    git.run("push", "-q", standIn.gitUrl("walked", "x", StandIn.ROOT), "HEAD:master");
    RunnerClient runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
    JsonNode job = runner.next().orElseThrow();
    String log = "hello from the log\n";
    runner.trace(job, 0, log);
    runner.upload(job, artifacts);
    assertThat(runner.succeed(job, log).status()).isEqualTo(200);
    return id;
  }
}

package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** glab, GitLab's own command line (from Debian's next release), in its everyday commands. */
@NeedsProgram({"git", "apt-get", "dpkg"})
class GlabTest {

  @TempDir Path dir;

  /** One on the path, or Debian's package unpacked, which is kept for the next run. */
  private static Path glab() throws IOException, InterruptedException {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, "glab"))) {
        return Path.of(folder, "glab");
      }
    }
    Path kept = Path.of("target", "from-debian", "glab").toAbsolutePath();
    Path program = kept.resolve("tree/usr/bin/glab");
    if (!Files.isExecutable(program)) {
      Files.createDirectories(kept);
      Path fetch =
          Path.of(System.getProperty("newci.root"), "acceptance", "from-debian").toAbsolutePath();
      Process process =
          new ProcessBuilder("sh", fetch.toString(), "package", "glab", "trixie", kept.toString())
              .redirectErrorStream(true)
              .redirectOutput(kept.resolve("fetched.txt").toFile())
              .start();
      process.waitFor();
    }
    return program;
  }

  @Test
  void itsEverydayCommandsWork() throws Exception {
    Path program = glab();
    assumeTrue(Files.isExecutable(program), "needs glab (Debian trixie's package)");
    try (Recorder recorder = new Recorder();
        StandIn standIn = StandIn.behind(recorder, dir.resolve("home"))) {
      PythonGitLabTest.builtProject(standIn, dir.resolve("copy"), Zips.of("out", "made"));
      Map<String, String> env = new HashMap<>();
      env.put("GITLAB_TOKEN", StandIn.ROOT);
      env.put("GITLAB_HOST", standIn.publicUrl());
      env.put("API_PROTOCOL", "http");
      env.put("GLAB_CONFIG_DIR", dir.resolve("glab").toString());
      env.put("GLAB_SEND_TELEMETRY", "false");
      env.put("GLAB_CHECK_UPDATE", "false");
      env.put("NO_PROMPT", "true");
      env.put("NO_COLOR", "1");
      Path empty = Files.createDirectories(dir.resolve("empty"));
      Files.createDirectories(dir.resolve("glab"));
      Files.copy(dir.resolve("copy/.gitlab-ci.yml"), empty.resolve(".gitlab-ci.yml"));
      ForeignClient client = new ForeignClient(empty, env);
      Shell glab =
          (words) -> {
            List<String> command = new ArrayList<>(List.of(program.toString()));
            Stream.of(words).forEach(command::add);
            return client.run(command);
          };
      assertThat(glab.run("api", "user")).contains("\"username\":\"root\"");
      assertThat(glab.run("repo", "list")).contains("root/walked");
      assertThat(glab.run("repo", "view", "root/walked", "-F", "json")).contains("\"walked\"");
      glab.run("variable", "set", "KEY", "12345678", "--masked", "-R", "root/walked");
      assertThat(glab.run("variable", "get", "KEY", "-R", "root/walked")).contains("12345678");
      glab.run("variable", "update", "KEY", "87654321", "-R", "root/walked");
      assertThat(glab.run("variable", "list", "-R", "root/walked")).contains("KEY");
      glab.run("variable", "delete", "KEY", "-R", "root/walked");
      assertThat(glab.run("ci", "list", "-F", "json", "-R", "root/walked"))
          .contains("\"status\":\"success\"");
      assertThat(glab.run("ci", "get", "-b", "master", "-F", "json", "-R", "root/walked"))
          .contains("build");
      assertThat(glab.run("ci", "lint", "-R", "root/walked")).contains("CI/CD YAML is valid!");
      String job = standIn.get("/projects/root%2Fwalked/jobs").json().get(0).path("id").asText();
      assertThat(glab.run("ci", "trace", job, "-R", "root/walked")).contains("hello from the log");
      glab.run("job", "artifact", "master", "build", "-p", "fetched", "-R", "root/walked");
      assertThat(empty.resolve("fetched/out")).hasContent("made");
      pipelinesAreStartedAndEnded(standIn, glab, job);
      recorder.assertAllGood();
    }
  }

  private static void pipelinesAreStartedAndEnded(StandIn standIn, Shell glab, String done)
      throws IOException, InterruptedException {
    String all = "/projects/root%2Fwalked/pipelines";
    glab.run("ci", "run", "-b", "master", "--variables-env", "KEY:value", "-R", "root/walked");
    JsonNode second = standIn.get(all).json().get(0);
    String id = second.path("id").asText();
    assertThat(second.path("source").asText()).isEqualTo("api");
    assertThat(standIn.get(all + "/" + id + "/variables").json().get(0).path("value").asText())
        .isEqualTo("value");
    glab.run("ci", "cancel", "pipeline", id, "-R", "root/walked");
    assertThat(standIn.get(all + "/" + id).json().path("status").asText()).isEqualTo("canceled");
    glab.run("ci", "retry", done, "-R", "root/walked");
    assertThat(standIn.get("/projects/root%2Fwalked/jobs?scope[]=pending").json()).hasSize(1);
    glab.run("ci", "delete", id, "-R", "root/walked");
    assertThat(standIn.get(all + "/" + id).status()).isEqualTo(404);
  }

  private interface Shell {
    String run(String... words) throws IOException, InterruptedException;
  }
}

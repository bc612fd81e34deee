package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;
import org.newci.neighbours.NeedsProgram;

/** S25, and state that survives: each component is a process of its own here. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class DependenciesTest {

  private static final String CI =
      "build:\n  script: [echo made > out.txt]\n  artifacts:\n    paths: [out.txt]\n";

  @TempDir Path folder;

  @Test
  void s25AnIdleWorkerHoldsUpNobodyAndStateSurvivesDownAndUp() throws IOException {
    try (RunningSystem newci = RunningSystem.start("--separate");
        Sources sources = Sources.serve(folder)) {
      Sources.Repository repository = sources.repository("idle", Map.of(".gitlab-ci.yml", CI));
      JsonNode before = newci.finished(newci.submit(repository.url(), "master", "out.txt"));
      assertThat(before.path("outcome").asText()).isEqualTo("succeeded");

      long worker = pid(newci, "vcs-worker");
      signal("STOP", worker);
      String waiting = newci.submit(repository.url(), "master", "out.txt");
      for (int i = 0; i < 100; i++) {
        within(Duration.ofSeconds(1), newci, i);
      }
      signal("CONT", worker);
      assertThat(newci.finished(waiting).path("outcome").asText()).isEqualTo("succeeded");

      newci.down();
      newci.up("--separate");
      assertThat(newci.build(waiting).path("outcome").asText()).isEqualTo("succeeded");
      assertThat(newci.published("out.txt").body()).isEqualTo(Fixture.bytes("made\n"));
      assertThat(newci.log(waiting)).contains("Job succeeded");
      JsonNode after = newci.finished(newci.submit(repository.url(), "master", "out.txt"));
      assertThat(after.path("outcome").asText()).isEqualTo("succeeded");
      newci.down();
      assertThat(processesOf(newci)).isEmpty();
    }
  }

  private static void within(Duration limit, RunningSystem newci, int i) {
    long start = System.nanoTime();
    Web.Answer status = newci.web().get(newci.env("NEWCI_URL") + "/status");
    String repo = "git://127.0.0.1:1/r" + i;
    Web.Answer cd =
        newci
            .web()
            .post(
                newci.env("NEWCI_URL") + "/cd", "{\"repo\":\"%s\",\"ref\":\"x\"}".formatted(repo));
    long took = System.nanoTime() - start;
    assertThat(status.status()).isEqualTo(200);
    assertThat(cd.status()).isEqualTo(202);
    assertThat(Duration.ofNanos(took)).isLessThan(limit.multipliedBy(2));
  }

  private static long pid(RunningSystem newci, String component) throws IOException {
    String text = Files.readString(newci.data().resolve("run").resolve(component + ".pid"));
    return Long.parseLong(text.strip().split("\\s+", -1)[0]);
  }

  private static void signal(String name, long pid) {
    Shell.run(Path.of("/"), Map.of(), Duration.ofSeconds(5), List.of("kill", "-" + name, "" + pid))
        .ok();
  }

  private static List<String> processesOf(RunningSystem newci) {
    return Shell.run(Path.of("/"), Map.of(), Duration.ofSeconds(5), List.of("ps", "-eo", "args"))
        .ok()
        .lines()
        .filter(line -> line.contains(newci.data().toString()))
        .toList();
  }
}

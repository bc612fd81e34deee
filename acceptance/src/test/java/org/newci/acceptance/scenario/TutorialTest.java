package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.Shell;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;

/** S26: the commands of {@code docs/tutorial.md}, run to the letter by somebody new. */
@NeedsProgram("curl")
class TutorialTest extends Fixture {

  @Test
  void s26TheTutorialEndsWithAGreenBuild() throws Exception {
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    // The first block starts a system; this one runs already, and its variables are set.
    blocks().stream().skip(1).forEach(script::append);
    Path sources = Files.createDirectory(folder.resolve("tutorial"));
    Map<String, String> env = new LinkedHashMap<>(newci.env());
    env.put("SOURCES", sources.toString());
    env.put("GIT_PORT", "" + NativeProcess.freePort());
    env.put("NEWCI_NO_BUILD", "1");
    env.put("GIT_AUTHOR_NAME", "Ann");
    env.put("GIT_AUTHOR_EMAIL", "ann@example.org");
    env.put("GIT_COMMITTER_NAME", "Ann");
    env.put("GIT_COMMITTER_EMAIL", "ann@example.org");
    try {
      String out =
          Shell.run(
                  Checkout.root(),
                  env,
                  Duration.ofMinutes(2),
                  List.of("bash", "-c", script.toString()))
              .ok();
      assertThat(out.strip()).endsWith("Hello, world!");
    } finally {
      Shell.run(
          folder,
          Map.of(),
          Duration.ofSeconds(5),
          List.of("sh", "-c", "kill $(cat '%s/pid')".formatted(sources)));
    }
  }

  @Test
  void theTutorialFitsOnePage() {
    assertThat(Checkout.lines(Checkout.file("docs/tutorial.md"))).hasSizeLessThan(90);
  }

  private static List<String> blocks() {
    List<String> blocks = new ArrayList<>();
    StringBuilder open = null;
    for (String line : Checkout.lines(Checkout.file("docs/tutorial.md"))) {
      if (line.equals("```sh")) {
        open = new StringBuilder();
      } else if (line.equals("```") && open != null) {
        blocks.add(open.toString());
        open = null;
      } else if (open != null) {
        open.append(line).append('\n');
      }
    }
    return blocks;
  }
}

package org.newci.acceptance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.Shell;
import org.newci.neighbours.NeedsProgram;

/** The first command of the README. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class DemoTest {

  @Test
  void demoEndsWithThePublishedFileAndItsDigest() {
    Shell.Result demo =
        Shell.run(
            Path.of("/"),
            Map.of("NEWCI_NO_BUILD", "1"),
            Duration.ofMinutes(5),
            List.of(Checkout.file("newci").toString(), "demo"));
    List<String> lines = demo.ok().lines().toList();
    assertThat(lines.getLast()).matches("published https://\\S+ sha256:[0-9a-f]{64}");
    assertThat(demo.out()).contains("mirror", "build", "collect", "deploy");
  }
}

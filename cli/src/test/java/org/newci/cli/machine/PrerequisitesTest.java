package org.newci.cli.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.cli.CommandFailed;

class PrerequisitesTest {

  @TempDir private Path bin;

  @Test
  void whoIsNotRootIsToldTheLineToType() throws Exception {
    Path program = Files.createFile(bin.resolve("bwrap"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Map<String, String> env = Map.of("PATH", bin.toString());
    // The folders of system programs are always looked into, and this machine may have them there.
    assertThat(Prerequisites.missing(env)).doesNotContain("bubblewrap").contains("slirp4netns");
    assertThatThrownBy(() -> Prerequisites.ensure(env, false))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("sudo apt-get install -y --no-install-recommends")
        .hasMessageContaining("slirp4netns");
  }

  @Test
  void withoutASandboxNothingIsNeeded() {
    assertThatCode(() -> Prerequisites.ensure(Map.of("PATH", "", "NEWCI_SANDBOX", "none"), false))
        .doesNotThrowAnyException();
  }

  @Test
  void theSampleDoesWithoutANetworkWhereItsDeviceIsClosed() throws Exception {
    Path open = Files.createFile(bin.resolve("tun"));
    Path closed = bin.resolve("none");
    assertThat(Prerequisites.forSample(closed, Map.of(), false))
        .isEqualTo(Map.of("NEWCI_NETWORK", "none"));
    assertThat(Prerequisites.forSample(open, Map.of(), false)).isEmpty();
    assertThat(Prerequisites.forSample(closed, Map.of(), true)).isEmpty();
    assertThat(Prerequisites.forSample(closed, Map.of("NEWCI_NETWORK", "public"), false)).isEmpty();
  }
}

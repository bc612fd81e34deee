package org.newci.cli.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;

class SshKeysTest {

  @TempDir private Path temp;

  /** Repeated, since one key in 256 has a number that begins with a zero byte. */
  @RepeatedTest(5)
  @NeedsProgram("ssh-keygen")
  void openSshReadsThePrivateHalfAndFindsThePublicOne() throws Exception {
    KeyPair pair = SshKeys.generate();
    Path file = temp.resolve("key");
    PrivateFiles.write(file, SshKeys.privatePem(pair));
    try (NativeProcess keygen =
        NativeProcess.start(
            List.of("ssh-keygen", "-y", "-f", file.toString()), Map.of(), temp.resolve("out"))) {
      assertThat(keygen.waitFor(Duration.ofSeconds(10))).isTrue();
      assertThat(keygen.output().strip()).isEqualTo(SshKeys.publicLine(pair));
    } finally {
      Files.delete(temp.resolve("out"));
    }
  }
}

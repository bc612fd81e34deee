package org.newci.testenv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.Programs;

/** OpenSSH's own client, with keys that ssh-keygen made. */
@NeedsProgram({"sftp", "ssh-keygen"})
class SftpClientTest {

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"RFC4716", "PEM", "PKCS8"})
  void aFileIsPublishedByHand(String form) throws Exception {
    Path secrets = Files.createDirectories(dir.resolve("home/secrets"));
    keygen(secrets.resolve("ssh_host.key"), form);
    keygen(dir.resolve("user"), "RFC4716");
    Files.copy(dir.resolve("user.pub"), secrets.resolve("authorized_keys"));
    Path batch = Files.writeString(dir.resolve("batch"), "put local .t\nrename .t app\nls\n");
    Files.writeString(dir.resolve("local"), "by hand");
    try (TestEnvService env =
        TestEnvService.start(
            Map.of("NEWCI_HOME", dir.resolve("home").toString(), "NEWCI_TLS", "off"))) {
      String pin = Files.readString(secrets.resolve("ssh_host.key.pub")).split(" ", 3)[1];
      Path known =
          Files.writeString(
              dir.resolve("known_hosts"),
              "[127.0.0.1]:%d ecdsa-sha2-nistp256 %s\n".formatted(env.sshPort(), pin));
      run(
          "sftp",
          "-q",
          "-b",
          batch.toString(),
          "-P",
          String.valueOf(env.sshPort()),
          "-i",
          dir.resolve("user").toString(),
          "-o",
          "StrictHostKeyChecking=yes",
          "-o",
          "UserKnownHostsFile=" + known,
          "-o",
          "IdentitiesOnly=yes",
          "-F",
          "none",
          "deploy@127.0.0.1");
    }
    assertThat(dir.resolve("home/data/site/app")).hasContent("by hand");
  }

  private void keygen(Path file, String form) throws Exception {
    run(
        "ssh-keygen",
        "-q",
        "-t",
        "ecdsa",
        "-b",
        "256",
        "-m",
        form,
        "-N",
        "",
        "-f",
        file.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void run(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addFirst(Programs.need(program).toString());
    Process process =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}

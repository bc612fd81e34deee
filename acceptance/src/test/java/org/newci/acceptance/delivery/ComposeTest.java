package org.newci.acceptance.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.Shell;
import org.newci.neighbours.NeedsProgram;

/** The files for many machines are accepted by the programs that will read them. */
class ComposeTest {

  @TempDir Path folder;

  @Test
  @NeedsProgram({"haproxy", "openssl"})
  void haproxyAcceptsItsConfiguration() throws IOException {
    Path certificates = Files.createDirectory(folder.resolve("certs"));
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
        "-subj",
        "/CN=newci.example");
    Files.writeString(
        certificates.resolve("newci.pem"),
        Files.readString(folder.resolve("cert.pem")) + Files.readString(folder.resolve("key.pem")));
    Shell.Result checked =
        Shell.run(
            folder,
            Map.of("NEWCI_CERTS", certificates.toString(), "PATH", path()),
            Duration.ofSeconds(30),
            List.of("haproxy", "-c", "-f", Checkout.file("haproxy/haproxy.cfg").toString()));
    assertThat(checked.exit()).as(checked.out() + checked.err()).isZero();
  }

  @Test
  @NeedsProgram({"apt-get", "dpkg"})
  void composeAcceptsItsFile() {
    run(
        Checkout.file("acceptance/from-debian").toString(),
        "package",
        "docker-compose",
        "trixie",
        folder.resolve("compose").toString());
    String compose =
        folder.resolve("compose/tree/usr/libexec/docker/cli-plugins/docker-compose").toString();
    String file = Checkout.file("docker-compose.yml").toString();
    List<String> usual =
        List.of(
            "haproxy",
            "controller",
            "vcs-worker",
            "artifact-store",
            "deploy-worker",
            "test-env",
            "gitlab",
            "runner");
    assertThat(run(compose, "-f", file, "config", "--services").lines())
        .containsExactlyInAnyOrderElementsOf(usual);
    assertThat(run(compose, "-f", file, "config")).contains("NEWCI_DATABASE_URL: \"\"");
    String all = run(compose, "-f", file, "--profile", "postgresql", "config", "--services");
    assertThat(all.lines())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(usual.stream(), Stream.of("controller-2", "postgres")).toList());
    assertThat(run(compose, "-f", file, "--profile", "postgresql", "config"))
        .contains("NEWCI_DATABASE_URL: jdbc:postgresql://postgres/newci");
  }

  private String run(String... command) {
    return Shell.run(folder, Map.of("PATH", path()), Duration.ofMinutes(3), List.of(command)).ok();
  }

  private static String path() {
    return System.getenv("PATH") + ":/usr/sbin:/sbin";
  }
}

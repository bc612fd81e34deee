package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RawHttps;
import org.newci.acceptance.system.Web;

/** S13, S17: an upload that is torn, and an environment that is not the one it was. */
class TornAndForeignTest extends SeparateFixture {

  private static final int SIZE = 3 * 1024 * 1024;
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void s13ATornUploadLeavesTheOldBytesAndNoFragment() throws Exception {
    String url = newci.env("NEWCI_BLOBS_URL") + "/blobs/s13";
    byte[] old = random(1);
    assertThat(newci.web().put(url, old).status()).isEqualTo(201);
    List<String> before = stored();

    try (SSLSocket torn = half("/blobs/s13")) {
      awaitFragment(before);
      assertThat(torn.isConnected()).isTrue();
    }
    Awaitility.await("no fragment")
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(stored()).isEqualTo(before));
    assertThat(newci.web().get(url).body()).isEqualTo(old);

    try (SSLSocket torn = half("/blobs/s13")) {
      awaitFragment(before);
      assertThat(torn.isConnected()).isTrue();
      parts.kill("artifact-store");
    }
    parts.start("artifact-store");
    assertThat(stored()).as("after the restart").isEqualTo(before);
    assertThat(newci.web().get(url).body()).isEqualTo(old);
  }

  /** Announces a blob, sends half of it, and stays. */
  private SSLSocket half(String path) throws IOException {
    SSLSocket socket =
        RawHttps.trusting(Path.of(newci.env("NEWCI_CA"))).open(newci.env("NEWCI_BLOBS_URL"));
    String head =
        "PUT %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(path, newci.env("NEWCI_TOKEN"), SIZE);
    OutputStream out = socket.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(random(2), 0, SIZE / 2);
    out.flush();
    return socket;
  }

  private void awaitFragment(List<String> before) {
    Awaitility.await("half a blob to be received")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> stored().size() > before.size());
  }

  /** The files of the store that hold bytes of blobs, whole or not. */
  private List<String> stored() {
    return files(newci.data().resolve("artifact-store/data"))
        .filter(file -> file.startsWith("blobs/") || file.startsWith("temp/"))
        .toList();
  }

  @Test
  void s17AnEnvironmentWithAnotherHostKeyIsSentNothing() throws Exception {
    String blobs = newci.env("NEWCI_BLOBS_URL") + "/blobs/";
    newci.web().put(blobs + "s17-one", random(3));
    newci.web().put(blobs + "s17-two", random(4));
    assertThat(deploy("s17-one").status()).isEqualTo(200);

    Path key = newci.data().resolve("test-env/secrets/ssh_host.key");
    String rightful = Files.readString(key);
    List<String> before = served();
    restartWith(key, freshKey());
    Web.Answer refused = deploy("s17-two");
    assertThat(refused.status()).isEqualTo(502);
    assertThat(refused.text()).contains("host-key-changed");
    assertThat(served()).as("what lies at the environment").isEqualTo(before);
    assertThat(newci.published("s17.bin").body()).isEqualTo(random(3));

    restartWith(key, rightful);
    assertThat(deploy("s17-two").status()).isEqualTo(200);
    assertThat(newci.published("s17.bin").body()).isEqualTo(random(4));
  }

  private Web.Answer deploy(String artifact) {
    return newci
        .web()
        .post(
            newci.env("NEWCI_DEPLOY_URL") + "/deploy",
            "{\"artifact_id\":\"%s\",\"published_name\":\"s17.bin\"}".formatted(artifact));
  }

  private void restartWith(Path key, String text) throws IOException {
    parts.kill("test-env");
    Files.writeString(key, text);
    parts.start("test-env");
  }

  private static String freshKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(
            Base64.getMimeEncoder()
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded()));
  }

  /** All that lies at the environment, each with its time of change. */
  private List<String> served() {
    Path data = newci.data().resolve("test-env/data");
    return files(data).map(file -> file + " " + changedAt(data.resolve(file))).toList();
  }

  private static long changedAt(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all
          .filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] random(int seed) {
    byte[] bytes = new byte[SIZE];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}

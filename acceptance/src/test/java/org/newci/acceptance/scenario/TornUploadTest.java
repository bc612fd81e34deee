package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RawHttps;

/** S13: an upload that is torn, by its client and by the store's end. */
class TornUploadTest extends SeparateFixture {

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

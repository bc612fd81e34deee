package org.newci.cli.setup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.BearerToken;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.peer.TrustedCa;

/** S20: what a component's client and server make of each other's TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsBorderTest {

  private final Instant now = Clock.systemUTC().instant();
  private final PrivateCa.Created ours = PrivateCa.create(now);
  private Path dir;
  private TrustedCa trusted;
  private EdgeConfig.TlsFiles files;
  private Edge edge;

  @BeforeAll
  void start(@TempDir Path own) throws IOException {
    dir = own;
    Files.writeString(dir.resolve("ca.pem"), Pem.write(ours.root()));
    trusted = TrustedCa.of(dir.resolve("ca.pem"));
    files = new EdgeConfig.TlsFiles(dir.resolve("tls.pem"), dir.resolve("tls.key"));
    certificate(ours.intermediate(), now, "localhost");
    edge = Edge.start(new EdgeConfig("127.0.0.1", 0, files), new EdgeSpec());
  }

  @AfterAll
  void stop() {
    edge.close();
  }

  /** Renews the certificate that the server has, which notices by itself. */
  private void certificate(PrivateCa.Authority by, Instant when, String host) throws IOException {
    KeyPair key = SshKeys.generate();
    var leaf = PrivateCa.leaf(by, "edge", key.getPublic(), when, List.of(host));
    Files.writeString(files.key(), Pem.write(key.getPrivate()));
    Files.writeString(files.chain(), Pem.write(leaf) + Pem.write(by.certificate()));
  }

  private void asked(URI url) throws PeerFailure {
    new Peer("store", url, () -> BearerToken.of("a.b.c"), trusted)
        .open("/health", Duration.ofSeconds(20))
        .close();
  }

  private void refused(String why) {
    assertThatThrownBy(() -> asked(edge.url()))
        .isInstanceOf(PeerFailure.Unreachable.class)
        .hasMessageContaining("The store ")
        .hasMessageContaining("certificate")
        .hasMessageContaining(why);
  }

  @Test
  void aWrongCertificateIsRefusedInASentenceAndAGoodOneTakenAgain() throws Exception {
    asked(edge.url());
    certificate(ours.intermediate(), now.minus(Duration.ofDays(400)), "localhost");
    refused("has expired");
    certificate(ours.intermediate(), now.plus(Duration.ofDays(2)), "localhost");
    refused("not good yet");
    certificate(PrivateCa.create(now).intermediate(), now, "localhost");
    refused("an authority that is not trusted");
    certificate(ours.intermediate(), now, "evil.example");
    refused("certificate for");
    certificate(ours.intermediate(), now, "localhost");
    asked(edge.url());
    Files.writeString(files.key(), Pem.write(SshKeys.generate().getPrivate()));
    asked(edge.url());
  }

  @Test
  void plainHttpIsNeitherServedNorBelieved() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, US_ASCII)).doesNotContain("ok\n").doesNotContain("200");
    }
    try (Edge plain = Edge.start(EdgeConfig.plainLoopback(), new EdgeSpec())) {
      URI url = URI.create("https://localhost:" + plain.port());
      assertThatThrownBy(() -> asked(url))
          .isInstanceOf(PeerFailure.Unreachable.class)
          .hasMessageContaining("certificate");
    }
  }

  @Test
  void tlsOfVersionOneOneIsAnsweredWithAnAlert() throws Exception {
    // RFC 4346 section 7.4.1.2: a ClientHello of version 3.2 with one suite.
    String hello = "0302" + "11".repeat(32) + "00" + "0002c009" + "0100";
    int length = hello.length() / 2;
    byte[] record =
        HexFormat.of().parseHex("160301%04x01%06x%s".formatted(length + 4, length, hello));
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(record);
      byte[] answer = socket.getInputStream().readNBytes(7);
      assertThat(answer[0]).as("an alert").isEqualTo((byte) 21);
      assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
    }
  }
}

package org.newci.shell.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent over TLS in many records at a time arrives as it was sent. */
class LongAnswerTest {

  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final byte[] BYTES = new byte[9_000_000];

  @TempDir static Path dir;
  private static Edge edge;
  private static SSLContext trusting;

  @BeforeAll
  static void start() throws Exception {
    new Random(1).nextBytes(BYTES);
    Path file = dir.resolve("edge.p12");
    Process keytool =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/keytool",
                "-genkeypair",
                "-alias",
                "edge",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit",
                "-keystore",
                file.toString())
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    EdgeConfig.TlsFiles files =
        new EdgeConfig.TlsFiles(
            pem("CERTIFICATE", Objects.requireNonNull(store.getCertificate("edge")).getEncoded()),
            pem(
                "PRIVATE KEY",
                Objects.requireNonNull(store.getKey("edge", PASSWORD)).getEncoded()));
    edge =
        Edge.start(
            new EdgeConfig("127.0.0.1", 0, files),
            new EdgeSpec()
                .open(
                    HandlerType.GET,
                    "/bytes",
                    ctx -> {
                      int count = Integer.parseInt(String.valueOf(ctx.queryParam("count")));
                      int piece = Integer.parseInt(String.valueOf(ctx.queryParam("piece")));
                      ctx.res().setBufferSize(piece);
                      ctx.res().setContentLengthLong(count);
                      OutputStream out = ctx.res().getOutputStream();
                      for (int at = 0; at < count; at += piece) {
                        out.write(BYTES, at, Math.min(piece, count - at));
                      }
                    }));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);
  }

  private static Path pem(String what, byte[] bytes) throws Exception {
    String text =
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    return Files.writeString(dir.resolve(what), text);
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 16_383, 16_384, 16_385, 131_072, 147_456, 163_840, 262_144, 262_145, 9_000_000})
  void arrivesAsItWasSent(int count) throws Exception {
    for (int piece : new int[] {1_000, 40_000, 262_144, 1_000_000}) {
      try (SSLSocket socket = open(0)) {
        for (int i = 0; i < 2; i++) {
          assertThat(get(socket, count, piece)).as("in pieces of %d", piece).isTrue();
        }
      }
    }
  }

  @Test
  void whoReadsSlowlyGetsAllOfItToo() throws Exception {
    // The kernel takes a part of what it is given, again and again.
    try (SSLSocket socket = open(4_096)) {
      assertThat(get(socket, BYTES.length, 262_144)).isTrue();
    }
  }

  /** Each record by itself would be 550 calls (docs/decisions/0016-records-by-the-batch.md). */
  @Test
  void theKernelIsGivenManyRecordsAtATime() throws Exception {
    try (SSLSocket socket = open(0)) {
      assertThat(get(socket, 1_000, 1_000)).isTrue();
      long before = writesOfThisProcess();
      assertThat(get(socket, BYTES.length, 262_144)).isTrue();
      assertThat(writesOfThisProcess() - before).isLessThan(300);
    }
  }

  /** Calls so far that wrote, to files or sockets (man7.org, proc_pid_io, syscw). */
  private static long writesOfThisProcess() throws Exception {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/io"))) {
      return lines
          .filter(line -> line.startsWith("syscw: "))
          .mapToLong(line -> Long.parseLong(line.substring("syscw: ".length())))
          .sum();
    }
  }

  private static SSLSocket open(int receiveBuffer) throws Exception {
    SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), edge.port()));
    return socket;
  }

  /** True when those were the bytes, and the connection is where the next answer begins. */
  private static boolean get(SSLSocket socket, int count, int piece) throws Exception {
    String request =
        "GET /bytes?count=%d&piece=%d HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(count, piece);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 200 ");
    byte[] body = in.readNBytes(count);
    return Arrays.equals(body, 0, body.length, BYTES, 0, count);
  }
}

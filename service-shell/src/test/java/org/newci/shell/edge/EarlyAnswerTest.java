package org.newci.shell.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.newci.auth.Audience;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenVerifier;
import org.newci.shell.problem.Problem;

/** Requests that are answered before their body has been read. */
class EarlyAnswerTest {

  private static final int LARGE = 8 * 1024 * 1024;

  private Edge edge;

  @BeforeEach
  void start() {
    TokenVerifier verifier =
        new TokenVerifier(
            Audience.CONTROLLER, List.of(SigningKey.generate().verifyKey()), Clock.systemUTC());
    edge =
        Edge.start(
            EdgeConfig.plainLoopback(),
            new EdgeSpec()
                .gate(new BearerGate(verifier))
                .open(
                    HandlerType.POST,
                    "/asked",
                    ctx -> {
                      assertThat(ctx.req().getInputStream().isFinished()).isFalse();
                      throw new Problem(507, "full", "There is no room.");
                    })
                .open(
                    HandlerType.POST,
                    "/half",
                    ctx -> {
                      int read = ctx.req().getInputStream().readNBytes(4_000).length;
                      throw new Problem(413, "too-large", "Read %d bytes.".formatted(read));
                    }));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @Test
  void aConnectionOnWhichASmallBodyIsStillComingServesTheNextRequest() throws IOException {
    try (Socket socket = connect()) {
      for (int i = 0; i < 20; i++) {
        send(socket, "POST /cd HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
        send(socket, "x".repeat(4_000));
        send(socket, "x".repeat(6_000));
        assertThat(answer(socket)).startsWith("HTTP/1.1 401 ").doesNotContain("connection: close");
        send(socket, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
      }
    }
  }

  @Test
  void aConnectionServesOnWhereAHandlerHadReadAPart() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n");
      send(socket, "x".repeat(5_000));
      send(socket, "x".repeat(5_000));
      assertThat(answer(socket)).startsWith("HTTP/1.1 413 ").doesNotContain("connection: close");
      send(socket, "POST /half HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
      send(socket, "1388\r\n" + "x".repeat(5_000) + "\r\n");
      send(socket, "5\r\nworld\r\n0\r\n\r\n");
      assertThat(answer(socket)).startsWith("HTTP/1.1 413 ").doesNotContain("connection: close");
      send(socket, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(answer(socket)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void whatNoRouteSeesIsAnsweredAsAProblemThatSaysTheConnectionEnds() throws IOException {
    for (String line :
        List.of("POST /a%00b HTTP/1.1", "POST /a%zz HTTP/1.1", "POST /a HTTP/9", "x")) {
      try (Socket socket = connect()) {
        send(socket, line + "\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
        assertThat(answer(socket))
            .as(line)
            .containsPattern("^HTTP/1.1 (4..|505) ")
            .contains("connection: close", "content-type: application/problem+json")
            .contains("The request was refused before it was read");
      }
    }
  }

  @Test
  void aClientThatKeepsItsConnectionsNeverFindsOneEnded() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < 300; i++) {
        for (String path : List.of("/cd", "/half", "/nowhere", "/a%00b")) {
          HttpRequest request =
              HttpRequest.newBuilder(edge.url().resolve(path))
                  .POST(HttpRequest.BodyPublishers.ofString("x".repeat(20 * i)))
                  .build();
          int status =
              client.send(request, HttpResponse.BodyHandlers.ofString(ISO_8859_1)).statusCode();
          assertThat(status).isGreaterThanOrEqualTo(400);
        }
      }
    }
  }

  /** All of it is sent before the answer is read, as many clients do. */
  @Test
  void whoSendsALargeBodyReadsTheWholeAnswerThatSaysTheConnectionEnds() throws IOException {
    for (String path : List.of("/cd", "/half")) {
      try (Socket socket = connect()) {
        send(socket, "POST " + path + " HTTP/1.1\r\nHost: x\r\n");
        send(socket, "Content-Length: " + LARGE + "\r\n\r\n");
        send(socket, "x".repeat(LARGE));
        String answer = answer(socket);
        assertThat(answer).startsWith("HTTP/1.1 4").contains("connection: close", "/problems/");
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void whoStopsSendingIsAnsweredAllTheSame() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST /cd HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\nxxx");
      assertThat(answer(socket)).startsWith("HTTP/1.1 401 ").contains("connection: close");
    }
  }

  @Test
  void whoAsksBeforeSendingIsNotToldToSend() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST /cd HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n");
      send(socket, "Expect: 100-continue\r\n\r\n");
      assertThat(answer(socket)).startsWith("HTTP/1.1 401 ").contains("connection: close");
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void whoWasToldToSendReadsTheAnswerToo() throws IOException {
    try (Socket socket = connect()) {
      send(socket, "POST /asked HTTP/1.1\r\nHost: x\r\nContent-Length: " + LARGE + "\r\n");
      send(socket, "Expect: 100-continue\r\n\r\n");
      byte[] go = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);
      assertThat(socket.getInputStream().readNBytes(go.length)).isEqualTo(go);
      send(socket, "x".repeat(LARGE));
      assertThat(answer(socket)).startsWith("HTTP/1.1 507 ").contains("no room");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port());
    socket.setSoTimeout(20_000);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  /** One answer, its header names and values in small letters but for the first line. */
  private static String answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int read = in.read();
      if (read < 0) {
        return head + " and then the end";
      }
      head.append((char) read);
    }
    int line = head.indexOf("\r\n");
    String headers = head.substring(line).toLowerCase(Locale.ROOT);
    String length = headers.replaceFirst("(?s).*content-length: (\\d+).*", "$1");
    // Without a length the body ends with the connection.
    byte[] body =
        length.equals(headers) ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    return head.substring(0, line) + headers + new String(body, ISO_8859_1);
  }
}

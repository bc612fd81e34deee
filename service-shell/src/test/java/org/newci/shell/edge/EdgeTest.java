package org.newci.shell.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.auth.Audience;
import org.newci.auth.BearerToken;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.auth.TokenVerifier;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.ProblemPages;

class EdgeTest {

  record Greeting(String name, Integer times) {}

  record Meeting(Instant startsAt, String place) {}

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final SigningKey key = SigningKey.generate();
  private Edge edge;

  @BeforeEach
  void start() {
    TokenVerifier verifier =
        new TokenVerifier(Audience.CONTROLLER, List.of(key.verifyKey()), Clock.systemUTC());
    edge =
        Edge.start(
            EdgeConfig.plainLoopback(),
            new EdgeSpec()
                .gate(new BearerGate(verifier))
                .open(HandlerType.POST, "/hook", ctx -> ctx.status(202))
                .open(
                    HandlerType.GET,
                    "/meeting",
                    ctx -> ctx.json(new Meeting(Instant.EPOCH.plusMillis(5), null)))
                .route(
                    HandlerType.GET,
                    "/broken",
                    Scope.STATUS_GET,
                    ctx -> {
                      throw new IllegalStateException("the secret cause");
                    })
                .route(
                    HandlerType.POST,
                    "/cd",
                    Scope.CD_POST,
                    ctx -> ctx.json(ProblemPages.body(ctx, Greeting.class, true))));
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  /** No client library would send these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 100\r\n\r\n{",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\n5\r\n{}",
        "Content-Length: 2\r\n\r\n\u00ff\u00fe",
      })
  void aBodyThatCannotBeReadIsTheClientsMistake(String rest) throws Exception {
    String token = token(Scope.CD_POST);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), edge.port())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /cd HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer %s\r\n"
              .formatted(token);
      socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
    }
  }

  @Test
  void whoHasNoTokenIs401EverywhereButAtHealthAndOpenRoutes() throws Exception {
    assertThat(send("GET", "/nowhere", "", null).statusCode()).isEqualTo(401);
    assertThat(send("POST", "/cd", "{broken", null).statusCode()).isEqualTo(401);
    assertThat(send("GET", "/health", "", null).statusCode()).isEqualTo(200);
    assertThat(send("POST", "/hook", "", null).statusCode()).isEqualTo(202);
  }

  @Test
  void answersAreInOurJson() throws Exception {
    assertThat(send("GET", "/meeting", "", null).body())
        .isEqualTo("{\"starts_at\":\"1970-01-01T00:00:00.005Z\"}");
  }

  @Test
  void anUnknownPathIs404OnlyWithAGoodToken() throws Exception {
    HttpResponse<String> answer = send("GET", "/nowhere", "", token(Scope.CD_POST));
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(send("GET", "/cd", "", token(Scope.CD_POST)).statusCode()).isEqualTo(405);
  }

  @Test
  void aTokenWithoutTheScopeIs403() throws Exception {
    HttpResponse<String> answer = send("POST", "/cd", "{}", token(Scope.STATUS_GET));
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("cd:post");
  }

  @Test
  void aWrongBodyIsNamedByItsField() throws Exception {
    String token = token(Scope.CD_POST);
    assertThat(send("POST", "/cd", "{\"name\":7}", token).body()).contains("'name'", "text");
    assertThat(send("POST", "/cd", "{\"nom\":\"x\"}", token).body()).contains("'nom'", "name");
    assertThat(send("POST", "/cd", "{\"name\"", token).body()).contains("not valid JSON");
    assertThat(send("POST", "/cd", "[]", token).body()).contains("not a JSON object");
    assertThat(send("POST", "/cd", "", token).statusCode()).isEqualTo(400);
    assertThat(send("POST", "/cd", "x".repeat(1024 * 1024 + 1), token).statusCode()).isEqualTo(413);
    assertThat(send("POST", "/cd", "{\"name\":\"a\",\"times\":2}", token).body())
        .isEqualTo("{\"name\":\"a\",\"times\":2}");
  }

  @Test
  void anUnexpectedFailureDoesNotShowItsCause() throws Exception {
    HttpResponse<String> answer = send("GET", "/broken", "", token(Scope.STATUS_GET));
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret cause").contains("/problems/internal");
  }

  @Test
  void aPeerTellsARefusalFromAnAbsence() {
    Peer peer = new Peer("greeter", edge.url(), () -> BearerToken.of("no.good.token"), null);
    assertThatThrownBy(() -> peer.get("/status", Greeting.class, Duration.ofSeconds(5)))
        .isInstanceOfSatisfying(
            PeerFailure.Refused.class, refused -> assertThat(refused.status()).isEqualTo(401));
    URI nobody = URI.create("http://localhost:1");
    Peer absent = new Peer("greeter", nobody, () -> BearerToken.of("a.b.c"), null);
    assertThatThrownBy(() -> absent.get("/status", Greeting.class, Duration.ofSeconds(5)))
        .isInstanceOf(PeerFailure.Unreachable.class)
        .hasMessageContaining("greeter refused the connection");
  }

  @Test
  void whoFailsTooOftenIsToldToWaitAndAGoodTokenStillPasses() throws Exception {
    int status = 401;
    for (int i = 0; i <= FailureLimit.BURST * 2 && status == 401; i++) {
      status = send("GET", "/cd", "", "no.good.token").statusCode();
    }
    assertThat(status).isEqualTo(429);
    HttpResponse<String> refused = send("POST", "/cd", "{broken", null);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("too-many-failures");
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(send("POST", "/cd", "{\"name\":\"a\"}", token(Scope.CD_POST)).statusCode())
        .isEqualTo(200);
  }

  private String token(Scope scope) {
    return new TokenIssuer(key, Clock.systemUTC())
        .issue("someone", Set.of(scope), Duration.ofMinutes(1))
        .reveal();
  }

  private HttpResponse<String> send(String method, String path, String body, String token)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(edge.url().resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}

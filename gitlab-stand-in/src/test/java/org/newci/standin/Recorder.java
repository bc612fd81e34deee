package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;

/** Stands between a client and the stand-in, and holds each answer against GitLab's description. */
final class Recorder implements AutoCloseable {

  private static final Set<String> HOP =
      Set.of(
          "connection",
          "content-length",
          "transfer-encoding",
          "host",
          "upgrade",
          // What is to be read here must not be compressed.
          "accept-encoding",
          "expect",
          "http2-settings");

  private final HttpServer server;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Optional<OpenApi> description = OpenApi.load();
  private final Queue<String> mistakes = new ConcurrentLinkedQueue<>();
  private final Set<String> described = new ConcurrentSkipListSet<>();
  private final Set<String> failures = new ConcurrentSkipListSet<>();
  private int target;

  Recorder() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::pass);
    server.start();
  }

  /** Where clients come. */
  int port() {
    return server.getAddress().getPort();
  }

  /** Where their calls go. */
  void to(int port) {
    this.target = port;
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream asked = exchange.getRequestBody()) {
      byte[] body = asked.readAllBytes();
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(
                      "http://127.0.0.1:" + target + exchange.getRequestURI().toASCIIString()))
              .method(
                  exchange.getRequestMethod(),
                  body.length == 0
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofByteArray(body));
      exchange
          .getRequestHeaders()
          .forEach(
              (name, values) -> {
                if (!HOP.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> request.header(name, value));
                }
              });
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      judge(exchange, answer);
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!HOP.contains(name.toLowerCase(Locale.ROOT)) && !name.startsWith(":")) {
                  values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
              });
      boolean empty = answer.body().length == 0;
      exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
      if (!empty) {
        exchange.getResponseBody().write(answer.body());
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void judge(HttpExchange exchange, HttpResponse<byte[]> answer) {
    String path = exchange.getRequestURI().getRawPath();
    String call = exchange.getRequestMethod() + " " + path + " → " + answer.statusCode();
    if (answer.statusCode() >= 500) {
      failures.add(call);
    }
    description.ifPresent(
        api -> {
          OpenApi.Verdict verdict =
              api.check(
                  exchange.getRequestMethod(),
                  path,
                  answer.statusCode(),
                  new String(answer.body(), StandardCharsets.UTF_8));
          verdict.described().ifPresent(described::add);
          verdict.mistakes().forEach(mistake -> mistakes.add(call + ": " + mistake));
        });
  }

  /** Nothing broke, and every answer was as described. */
  void assertAllGood() {
    Set<String> all = new TreeSet<>(failures);
    all.addAll(mistakes);
    assertThat(String.join("\n", all))
        .as("answers that are not as GitLab describes them")
        .isEmpty();
  }

  /** The described calls that were made. */
  Set<String> described() {
    return new TreeSet<>(described);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package org.newci.acceptance.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** An HTTP client of the JDK's that trusts one private CA and shows one token. */
public final class Web {

  /** Dozens of handshakes and big bodies at once share two cores: what hangs takes longer. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  /** An answer with its whole body. */
  public record Answer(HttpResponse<byte[]> response) {

    public int status() {
      return response.statusCode();
    }

    /** The whole body. */
    public byte[] body() {
      return response.body();
    }

    /** The body as text. */
    public String text() {
      return new String(body(), StandardCharsets.UTF_8);
    }

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(body());
      } catch (IOException e) {
        throw new UncheckedIOException("not JSON: " + text(), e);
      }
    }

    /** A header's first value. */
    public Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }
  }

  private final HttpClient client;
  private final String token;

  private final Duration patience;

  private Web(HttpClient client, String token, Duration patience) {
    this.client = client;
    this.token = token;
    this.patience = patience;
  }

  /** Trusts the CA in that PEM file. */
  public static Web trusting(Path ca, String token) {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(OnlyThisCa.of(ca))
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    return new Web(client, token, PATIENCE);
  }

  /** The same with less patience. */
  public Web within(Duration most) {
    return new Web(client, token, most);
  }

  /** The same client with another token; an empty one sends none. */
  public Web as(String otherToken) {
    return new Web(client, otherToken, patience);
  }

  public Answer get(String url) {
    return send("GET", url, new byte[0]);
  }

  public Answer post(String url, String json) {
    return send(
        "POST", url, json.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
  }

  public Answer put(String url, byte[] body) {
    return send("PUT", url, body);
  }

  /** Any method, with further headers as name, value, name, value. */
  public Answer send(String method, String url, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(patience)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}

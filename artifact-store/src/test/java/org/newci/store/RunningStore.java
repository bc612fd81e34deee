package org.newci.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.shell.json.Json;

/** The artifact store on a free port, and a client that sends paths as they are. */
public final class RunningStore implements AutoCloseable {

  private final SigningKey key = SigningKey.generate();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> env;
  public final Path home;
  public final String token = token(Set.of(Scope.values()));
  private ArtifactStoreService service;

  public RunningStore(Path home, Map<String, String> settings) throws IOException {
    this.home = home;
    Files.createDirectories(home.resolve("secrets"));
    Files.writeString(home.resolve("secrets/verify-1.pem"), key.verifyKey().toPem());
    this.env = new HashMap<>(settings);
    env.put("NEWCI_HOME", home.toString());
    env.put("NEWCI_TLS", "off");
    this.service = ArtifactStoreService.start(env);
  }

  public void restart() {
    service.close();
    service = ArtifactStoreService.start(env);
  }

  public int port() {
    return service.url().getPort();
  }

  public String token(Set<Scope> scopes) {
    return new TokenIssuer(key, Clock.systemUTC())
        .issue("test", scopes, Duration.ofMinutes(5))
        .reveal();
  }

  public HttpResponse<byte[]> put(String path, byte[] body, String... headers) throws Exception {
    return send("PUT", path, body, headers);
  }

  public HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    return send("GET", path, new byte[0], headers);
  }

  public HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws Exception {
    return bare(
        method,
        path,
        body,
        Stream.concat(Stream.of("Authorization", "Bearer " + token), Stream.of(headers))
            .toArray(String[]::new));
  }

  public HttpResponse<byte[]> bare(String method, String path, byte[] body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(service.url() + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Every file of the store but its lock and its index. */
  public List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("data"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("lock"))
          .filter(file -> !file.getFileName().toString().startsWith("index.db"))
          .sorted()
          .toList();
    }
  }

  /** The body as text. */
  public static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  /** The body as JSON. */
  public static JsonNode json(HttpResponse<byte[]> answer) {
    return Json.tree(text(answer));
  }

  /** A body to send. */
  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    service.close();
    client.close();
  }
}

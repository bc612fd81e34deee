package org.newci.deploy;

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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.shell.json.Json;
import org.newci.store.ArtifactStoreService;

/** A deploy worker and a real artifact store, for one environment. */
final class RunningWorker implements AutoCloseable {

  private final SigningKey key = SigningKey.generate();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ArtifactStoreService store;
  private final DeployWorkerService worker;
  final Path home;

  /** The worker's settings. */
  final Map<String, String> env = new HashMap<>();

  RunningWorker(Path dir, Environment environment) throws IOException {
    this(dir, environment, Map.of());
  }

  /** With these settings instead of the usual ones. */
  RunningWorker(Path dir, Environment environment, Map<String, String> other) throws IOException {
    Path storeHome = home(dir.resolve("store"));
    store =
        ArtifactStoreService.start(Map.of("NEWCI_HOME", storeHome.toString(), "NEWCI_TLS", "off"));
    home = home(dir.resolve("worker"));
    Files.writeString(home.resolve("secrets/token.jwt"), token(Set.of(Scope.BLOBS_GET)));
    Files.copy(environment.key(), home.resolve("secrets/deploy.key"));
    Files.writeString(home.resolve("secrets/known_hosts"), environment.knownHost());
    env.put("NEWCI_HOME", home.toString());
    env.put("NEWCI_TLS", "off");
    env.put("NEWCI_BLOBS_URL", store.url().toString());
    env.put("NEWCI_TARGET", environment.target());
    env.put("NEWCI_SITE_URL", environment.site().toString());
    env.put("NEWCI_DEPLOY_LIMIT", "20s");
    env.putAll(other);
    worker = DeployWorkerService.start(env);
  }

  private Path home(Path dir) throws IOException {
    Files.createDirectories(dir.resolve("secrets"));
    Files.writeString(dir.resolve("secrets/verify-1.pem"), key.verifyKey().toPem());
    return dir;
  }

  String token(Set<Scope> scopes) {
    return new TokenIssuer(key, Clock.systemUTC())
        .issue("test", scopes, Duration.ofMinutes(5))
        .reveal();
  }

  /** Stores a blob; returns its digest. */
  String blob(String name, byte[] bytes) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(store.url() + "/blobs/" + name))
            .header("Authorization", "Bearer " + token(Set.of(Scope.BLOBS_PUT)))
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException(answer.body());
    }
    return sha256(bytes);
  }

  String blob(String name, String text) throws Exception {
    return blob(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers of the worker: status, and the body as JSON. */
  record Answer(int status, JsonNode body) {

    String kind() {
      return body.path("type").asText().replaceFirst(".*/", "");
    }

    String detail() {
      return body.path("detail").asText();
    }
  }

  Answer deploy(Map<String, Object> request) throws Exception {
    return post(Json.write(request), token(Set.of(Scope.DEPLOY_POST)));
  }

  /** Asks another worker that believes the same tokens. */
  Answer deployBy(URI other, Map<String, Object> request) throws Exception {
    return post(other, "/deploy", Json.write(request), token(Set.of(Scope.DEPLOY_POST)));
  }

  Answer deploy(String artifact, String name) throws Exception {
    return deploy(Map.of("artifact_id", artifact, "published_name", name));
  }

  Answer post(String body, String token) throws Exception {
    return post("/deploy", body, token);
  }

  Answer redeploy(Map<String, Object> request) throws Exception {
    return post("/redeploy", Json.write(request), token(Set.of(Scope.REDEPLOY_POST)));
  }

  Answer deployments(String environment) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(worker.url() + "/deployments?environment=" + environment))
            .header("Authorization", "Bearer " + token(Set.of(Scope.DEPLOYMENTS_GET)))
            .build();
    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    return new Answer(answer.statusCode(), Json.tree(answer.body()));
  }

  private Answer post(String path, String body, String token) throws Exception {
    return post(worker.url(), path, body, token);
  }

  private Answer post(URI base, String path, String body, String token) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(answer.statusCode(), Json.tree(answer.body()));
  }

  void stopStore() {
    store.close();
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    worker.close();
    store.close();
    client.close();
  }
}

package org.newci.vcs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.shell.json.Json;

/** A running worker between a fake GitLab and whatever a test puts in the store's place. */
public final class WorkerRig implements AutoCloseable {

  public final FakeGitLab gitlab;
  public final Path home;
  private final SigningKey key = SigningKey.generate();
  private final HttpClient http = HttpClient.newHttpClient();
  private final VcsWorkerService service;
  private final boolean first;

  /** An answer: its status, and its body as JSON. */
  public record Answer(int status, JsonNode body, HttpResponse<String> raw) {

    public String kind() {
      return body.path("type").asText().replaceFirst(".*/", "");
    }

    public String detail() {
      return body.path("detail").asText();
    }
  }

  public WorkerRig(Path folder, String storeUrl) {
    this(folder, storeUrl, Map.of());
  }

  /** With these settings besides. */
  public WorkerRig(Path folder, String storeUrl, Map<String, String> more) {
    this(folder, storeUrl, more, new FakeGitLab(folder.resolve("gitlab")), true);
  }

  private WorkerRig(
      Path folder, String storeUrl, Map<String, String> more, FakeGitLab gitlab, boolean first) {
    this.gitlab = gitlab;
    this.first = first;
    this.home = folder.resolve("home");
    Path secrets = home.resolve("secrets");
    try {
      Files.createDirectories(secrets);
      Files.writeString(secrets.resolve("gitlab.token"), FakeGitLab.TOKEN + "\n");
      Files.writeString(secrets.resolve("verify-1.pem"), key.verifyKey().toPem());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> settings = new HashMap<>(more);
    settings.put("NEWCI_HOME", home.toString());
    settings.put("NEWCI_TLS", "off");
    settings.put("NEWCI_GITLAB_URL", gitlab.url().toString());
    settings.put("NEWCI_BLOBS_URL", storeUrl);
    settings.put("NEWCI_ALLOW_LOOPBACK", "true");
    this.service = VcsWorkerService.start(settings);
  }

  /** Another worker at the same GitLab, with a home of its own; to be closed before this one. */
  public WorkerRig beside(Path folder) {
    return new WorkerRig(folder, "http://127.0.0.1:1", Map.of(), gitlab, false);
  }

  public String token(Set<Scope> scopes) {
    return new TokenIssuer(key, Clock.systemUTC())
        .issue("tester", scopes, Duration.ofMinutes(10))
        .reveal();
  }

  public Answer post(String path, Object body) {
    return send("POST", path, body instanceof String text ? text : Json.write(body));
  }

  public Answer get(String path) {
    return send("GET", path, "");
  }

  public Answer send(String method, String path, String body) {
    return send(method, path, body, token(EnumSet.allOf(Scope.class)));
  }

  public Answer send(String method, String path, String body, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(service.url().resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofMinutes(2))
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      String text = response.body();
      return new Answer(
          response.statusCode(), text.startsWith("{") ? Json.tree(text) : null, response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    service.close();
    if (first) {
      gitlab.close();
    }
    http.close();
  }
}

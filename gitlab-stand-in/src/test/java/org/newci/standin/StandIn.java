package org.newci.standin;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.newci.neighbours.NativeProcess;
import org.newci.shell.json.Json;

/** A running stand-in in a folder of its own, and a plain HTTP client for it. */
final class StandIn implements AutoCloseable {

  static final String ROOT = "glpat-root-of-the-tests";
  static final String OTHER = "glpat-somebody-else";
  static final String RUNNER = "glrt-made-at-set-up-001";

  final Path home;
  final int port = NativeProcess.freePort();
  private int publicPort = port;
  private final StandInService.Limits limits;
  private final Clock clock;
  private final HttpClient http = HttpClient.newHttpClient();
  private StandInService service;

  StandIn(Path home) {
    this(home, new StandInService.Limits(Duration.ofSeconds(50), 1 << 20, 1 << 20));
  }

  StandIn(Path home, StandInService.Limits limits) {
    this(home, limits, Clock.systemUTC());
  }

  StandIn(Path home, StandInService.Limits limits, Clock clock) {
    this.home = home;
    this.limits = limits;
    this.clock = clock;
    try {
      Files.createDirectories(home.resolve("secrets"));
      Files.writeString(
          home.resolve("secrets/tokens"), "root %s\nother %s\n".formatted(ROOT, OTHER));
      Files.writeString(home.resolve("secrets/runner.token"), RUNNER + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    start();
  }

  void start() {
    service = StandInService.start(env(), limits, clock);
  }

  Map<String, String> env() {
    Map<String, String> env = new HashMap<>();
    env.put("NEWCI_HOME", home.toString());
    env.put("NEWCI_LISTEN", "127.0.0.1:" + port);
    env.put("NEWCI_TLS", "off");
    env.put("NEWCI_PUBLIC_URL", publicUrl());
    env.put("NEWCI_ALLOW_LOCAL_HOOKS", "true");
    return env;
  }

  /** The base of links; a test that stands in between has another one. */
  String publicUrl() {
    return "http://localhost:" + publicPort;
  }

  /** One whose links lead over that recorder, which clients are to use. */
  static StandIn behind(Recorder recorder, Path home) {
    StandIn standIn = new StandIn(home);
    standIn.close();
    standIn.publicPort = recorder.port();
    recorder.to(standIn.port);
    standIn.start();
    return standIn;
  }

  StandInService service() {
    return service;
  }

  String url() {
    return "http://localhost:" + port;
  }

  @Override
  public void close() {
    service.close();
  }

  /** An answer as text, JSON when it is. */
  record Answer(int status, String body, HttpResponse<String> raw) {
    JsonNode json() {
      return Json.tree(body);
    }

    String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }
  }

  Answer get(String path) {
    return call("GET", path, null, ROOT);
  }

  Answer post(String path, String json) {
    return call("POST", path, json, ROOT);
  }

  Answer delete(String path) {
    return call("DELETE", path, null, ROOT);
  }

  Answer call(String method, String path, String json, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + "/api/v4" + path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                json == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(json));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("PRIVATE-TOKEN", token);
    }
    return send(request.build());
  }

  /** Reads as the job of that token. */
  Answer asJob(String path, String token) {
    return send(
        HttpRequest.newBuilder(URI.create(url() + "/api/v4" + path))
            .timeout(Duration.ofSeconds(30))
            .header("JOB-TOKEN", token)
            .build());
  }

  Answer send(HttpRequest request) {
    try {
      HttpResponse<String> raw = http.send(request, BodyHandlers.ofString());
      return new Answer(raw.statusCode(), raw.body(), raw);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a project of root's, and answers with its number. */
  long project(String name) {
    Answer made = post("/projects", "{\"name\": \"%s\"}".formatted(name));
    if (made.status() != 201) {
      throw new IllegalStateException(made.body());
    }
    return made.json().path("id").asLong();
  }

  /** Where git finds that project of root's. */
  String gitUrl(String name, String user, String password) {
    return "http://%s:%s@localhost:%d/root/%s.git".formatted(user, password, port, name);
  }
}

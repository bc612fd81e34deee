package org.newci.controller;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.newci.auth.Scope;
import org.newci.auth.SigningKey;
import org.newci.auth.TokenIssuer;
import org.newci.controller.build.Limits;
import org.newci.controller.ledger.PostgresAddress;
import org.newci.controller.upkeep.RetentionRules;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.json.Json;

/** A controller with fake workers around it, and a client. */
public final class Rig implements AutoCloseable {

  public static final String SECRET = "the-webhook-secret";

  public final FakeVcs vcs;
  public final FakeStore store;
  public final FakeDeployer deployer;
  public final ComponentHome home;
  public final HttpClient http = HttpClient.newHttpClient();
  public ControllerService service;
  private URI process;
  private final SigningKey key;
  private final boolean alone;
  private Limits limits = Limits.standard();
  private PostgresAddress database;
  private ControllerConfig.Sharing sharing = ControllerConfig.Sharing.standard();
  private RetentionRules retention = RetentionRules.NONE;

  public Rig(Path dir) throws IOException {
    this(dir, SigningKey.generate(), true, new FakeVcs(), new FakeStore(), new FakeDeployer());
  }

  private Rig(
      Path dir, SigningKey key, boolean alone, FakeVcs vcs, FakeStore store, FakeDeployer deployer)
      throws IOException {
    this.key = key;
    this.alone = alone;
    this.vcs = vcs;
    this.store = store;
    store.uploads = vcs.uploads;
    this.deployer = deployer;
    home = new ComponentHome(dir);
    Files.createDirectories(home.secrets());
    Files.writeString(home.secrets().resolve("verify-1.pem"), key.verifyKey().toPem());
    Files.writeString(home.secrets().resolve("webhook.secret"), SECRET + "\n");
    Files.writeString(home.token(), token("controller", EnumSet.allOf(Scope.class)));
  }

  /** Another controller with the same workers around it. */
  public Rig beside(Path dir) throws IOException {
    return new Rig(dir, key, false, vcs, store, deployer);
  }

  /** What a controller's process is started with. */
  public Map<String, String> environment(String database, Duration lease) {
    return Map.of(
        "NEWCI_HOME", home.dir().toString(),
        "NEWCI_VCS_URL", vcs.url().toString(),
        "NEWCI_BLOBS_URL", store.url().toString(),
        "NEWCI_DEPLOY_URL", deployer.url().toString(),
        "NEWCI_TLS", "off",
        "NEWCI_DATABASE_URL", database,
        "NEWCI_LEASE", lease.toString(),
        "NEWCI_DRAIN", "PT5S",
        "NEWCI_ALLOW_LOOPBACK", "true");
  }

  public Rig limits(Limits given) {
    limits = given;
    return this;
  }

  /** Keeps builds there instead of in a file. */
  public Rig database(PostgresAddress given, ControllerConfig.Sharing how) {
    database = given;
    sharing = how;
    return this;
  }

  /** Has the store remove that by itself. */
  public Rig retention(RetentionRules given) {
    retention = given;
    return this;
  }

  public Rig start() {
    service =
        ControllerService.start(
            new ControllerConfig(
                home,
                EdgeConfig.plainLoopback(),
                new ControllerConfig.Links(vcs.url(), store.url(), deployer.url()),
                null,
                true,
                null,
                limits,
                database,
                sharing,
                retention,
                ControllerConfig.ARCHIVE_AFTER),
            Clock.systemUTC());
    return this;
  }

  /** Writes the registry; {@code '} stands for a double quote. */
  public Rig registry(String yaml) throws IOException {
    Path beside = home.dir().resolve("projects.new");
    Files.writeString(beside, yaml.replace('\'', '"'));
    Files.move(beside, home.dir().resolve("projects.yaml"), StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  /** Sends as somebody with every scope who is in these groups. */
  public HttpResponse<String> as(
      String subject, Set<String> groups, String method, String path, String body)
      throws Exception {
    String token =
        new TokenIssuer(key, Clock.systemUTC())
            .issue(subject, groups, EnumSet.allOf(Scope.class), Duration.ofHours(1))
            .reveal();
    return send(method, path, body, "Authorization", "Bearer " + token);
  }

  public void restart() {
    service.close();
    start();
  }

  public String token(String subject, Set<Scope> scopes) {
    return new TokenIssuer(key, Clock.systemUTC())
        .issue(subject, scopes, Duration.ofHours(1))
        .reveal();
  }

  /** Sends with a token for everything; headers are name and value in turn. */
  public HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    return sendWithin(Duration.ofSeconds(20), method, path, body, headers);
  }

  /** The same, but gives up only after that time. */
  public HttpResponse<String> sendWithin(
      Duration limit, String method, String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url().resolve(path))
            .timeout(limit)
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (Arrays.stream(headers).noneMatch("Authorization"::equals)) {
      request.header("Authorization", "Bearer " + token("ann", EnumSet.allOf(Scope.class)));
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public JsonNode get(String path) {
    try {
      return Json.tree(send("GET", path, "").body());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public static String order(String repo, String artifact) {
    return artifact == null
        ? "{\"repo\":\"%s\",\"ref\":\"main\"}".formatted(repo)
        : "{\"repo\":\"%s\",\"ref\":\"main\",\"artifact\":\"%s\"}".formatted(repo, artifact);
  }

  /** Posts an order; answers the id. */
  public String submit(String repo, String artifact) throws Exception {
    HttpResponse<String> answer = send("POST", "/cd", order(repo, artifact));
    if (answer.statusCode() != 202) {
      throw new AssertionError(answer.body());
    }
    return Json.tree(answer.body()).path("id").asText();
  }

  /** The build once it is like that. */
  public JsonNode until(String id, Predicate<JsonNode> like) {
    return Awaitility.await("build " + id)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> get("/builds/" + id), like);
  }

  public JsonNode untilState(String id, String... states) {
    Set<String> wanted = Arrays.stream(states).collect(Collectors.toSet());
    return until(id, build -> wanted.contains(build.path("state").asText()));
  }

  public JsonNode untilFinished(String id) {
    return untilState(id, "finished");
  }

  public HttpResponse<String> webhook(String secret, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(service.url().resolve("/webhooks/gitlab"))
            .header("X-Gitlab-Token", secret)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Speaks to a process that the test has started, instead of to a service in this one. */
  public Rig at(URI url) {
    process = url;
    return this;
  }

  public URI url() {
    return process == null ? service.url() : process;
  }

  @Override
  public void close() {
    if (alone) {
      vcs.release();
      deployer.release();
    }
    if (service != null) {
      service.close();
    }
    if (alone) {
      vcs.close();
      store.close();
      deployer.close();
    }
    http.shutdownNow();
  }
}

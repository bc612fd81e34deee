package org.newci.vcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitHttpBackend;
import org.newci.shell.json.Json;

/**
 * As much of GitLab as the worker asks for, by hand, in memory, with git's own http-backend below.
 * Its rules are GitLab's: deletion only marks and renames, the old path redirects, a push wants
 * Basic, a bad token is 401 and an unknown project 404. Public fields are for tests to set.
 */
public final class FakeGitLab implements AutoCloseable {

  public static final String TOKEN = "glpat-fake-token-1";

  /** A project, marked or not. */
  public static final class Project {
    public final long id;
    public String path;
    public boolean marked;
    public final Map<String, String> variables = new TreeMap<>();
    public final FakeSettings settings = new FakeSettings();
    public final List<JsonNode> hooks = new CopyOnWriteArrayList<>();
    public JsonNode asked;

    Project(long id, String path) {
      this.id = id;
      this.path = path;
    }
  }

  /** A pipeline; its status is what tests make it. */
  public static final class Pipeline {
    public final long id;
    public final long project;
    public final String sha;
    public volatile String status;
    public volatile String source = "push";

    Pipeline(long id, long project, String sha, String status) {
      this.id = id;
      this.project = project;
      this.sha = sha;
      this.status = status;
    }
  }

  public final Map<Long, Project> projects = new TreeMap<>();
  public final Map<Long, Pipeline> pipelines = new TreeMap<>();
  public final Map<Long, FakeJob> jobs = new TreeMap<>();

  /** What it says of every pipeline's tests; 500 while there is none. */
  public volatile @Nullable Object testReport;

  public final List<String> requests = new CopyOnWriteArrayList<>();
  public volatile boolean immediateRemoval = true;
  public volatile boolean hookRefused;
  public volatile boolean pushStartsPipeline = true;
  public volatile boolean refusePush;
  public volatile String statusAfterCancel = "canceled";
  public final Deque<Integer> failNext = new ArrayDeque<>();
  public volatile String forbidden = "nothing";
  public volatile Runnable beforePush = () -> {};

  private final Path repositories;
  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private long lastId = 100;

  public FakeGitLab(Path repositories) {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    this.repositories = repositories;
    try {
      Files.createDirectories(repositories);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The project that lies at that path now. */
  public synchronized Project at(String path) {
    return projects.values().stream().filter(p -> p.path.equals(path)).findFirst().orElseThrow();
  }

  /** The bare repository of a project. */
  public GitCommand git(Project project) {
    return new GitCommand(repositories.resolve(project.id + ".git"));
  }

  public synchronized Project addProject(String path) {
    Project project = new Project(++lastId, path);
    projects.put(project.id, project);
    return project;
  }

  public synchronized Pipeline addPipeline(long project, String sha, String status) {
    Pipeline pipeline = new Pipeline(++lastId, project, sha, status);
    pipelines.put(pipeline.id, pipeline);
    return pipeline;
  }

  /** Adds a job; its zip may be null. */
  public synchronized long addJob(
      long pipeline, String name, String status, byte[] trace, byte[] zip) {
    long id = ++lastId;
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", id);
    json.put("name", name);
    json.put("stage", "build");
    json.put("status", status);
    json.put("allow_failure", false);
    json.put("started_at", "2026-01-02T03:04:05.678Z");
    if (status.equals("failed")) {
      json.put("failure_reason", "script_failure");
    }
    if (zip != null) {
      json.put("artifacts_file", Map.of("filename", "artifacts.zip", "size", zip.length));
    }
    jobs.put(id, new FakeJob(pipeline, json, trace, zip));
    return id;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      Integer failure;
      synchronized (failNext) {
        failure = failNext.poll();
      }
      if (failure != null) {
        json(exchange, failure, Map.of("message", "made to fail"));
      } else if (path.contains(forbidden)) {
        json(exchange, 403, Map.of("message", "made to fail"));
      } else if (path.startsWith("/api/v4")) {
        api(exchange, path.substring("/api/v4".length()));
      } else {
        push(exchange, path);
      }
    }
  }

  private void push(HttpExchange exchange, String path) throws IOException {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    Matcher matcher = Pattern.compile("/(.+)\\.git/(.*)").matcher(path);
    Project project = matcher.matches() ? find(matcher.group(1)) : null;
    boolean ours = FakeSettings.basic(TOKEN).equals(given) && !refusePush;
    if (!ours && (refusePush || project == null || !project.settings.admits(given))) {
      exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"GitLab\"");
      exchange.sendResponseHeaders(401, -1);
      return;
    }
    if (project == null || !project.path.equals(matcher.group(1))) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    beforePush.run();
    String query = exchange.getRequestURI().getRawQuery();
    boolean receives = query == null && path.endsWith("git-receive-pack") && pushStartsPipeline;
    String before = receives ? master(project) : "";
    Path info = Path.of("/" + project.id + ".git/" + matcher.group(2));
    GitHttpBackend.run(
        exchange, repositories, Map.of("PATH_INFO", info.toString(), "REMOTE_USER", "newci"));
    if (receives && !master(project).equals(before)) {
      addPipeline(project.id, master(project), "pending");
    }
  }

  private String master(Project project) {
    return git(project).run("for-each-ref", "--format=%(objectname)", "refs/heads/master");
  }

  private synchronized void api(HttpExchange exchange, String path) throws IOException {
    if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("PRIVATE-TOKEN"))) {
      json(exchange, 401, Map.of("message", "401 Unauthorized"));
      return;
    }
    String[] part = path.substring(1).split("/", -1);
    if (path.equals("/user")) {
      json(exchange, 200, Map.of("id", 2, "username", "bot"));
    } else if (path.equals("/projects")) {
      boolean list = exchange.getRequestMethod().equals("GET");
      if (list) {
        json(exchange, 200, projects.values().stream().map(FakeGitLab::view).toList());
      } else {
        create(exchange);
      }
    } else {
      String asked = URLDecoder.decode(part[1], StandardCharsets.UTF_8);
      Project project = find(asked);
      if (project == null) {
        json(exchange, 404, Map.of("message", "404 Project Not Found"));
      } else if (!asked.equals("" + project.id) && !asked.equals(project.path)) {
        exchange.getResponseHeaders().add("Location", url() + "/api/v4/projects/" + project.id);
        json(exchange, 301, Map.of("message", "moved permanently"));
      } else if (part.length == 2) {
        project(exchange, project);
      } else {
        below(exchange, project, part);
      }
    }
  }

  /** By id, by path, or by the path that a marked project had. */
  private Project find(String asked) {
    Project marked = null;
    for (Project project : projects.values()) {
      if (asked.equals("" + project.id) || asked.equals(project.path)) {
        return project;
      }
      if (project.path.equals(asked + "-deletion_scheduled-" + project.id)) {
        marked = project;
      }
    }
    return marked;
  }

  private void create(HttpExchange exchange) throws IOException {
    JsonNode body =
        Json.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String path = "bot/" + body.path("path").asText();
    if (projects.values().stream().anyMatch(p -> p.path.equals(path))) {
      json(exchange, 400, Map.of("message", Map.of("path", List.of("has already been taken"))));
      return;
    }
    Project project = addProject(path);
    project.asked = body;
    Path folder = repositories.resolve(project.id + ".git");
    PushedRefs.init(folder);
    json(exchange, 201, view(project));
  }

  private void project(HttpExchange exchange, Project project) throws IOException {
    if (!exchange.getRequestMethod().equals("DELETE")) {
      json(exchange, 200, view(project));
      return;
    }
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    if (query.contains("permanently_remove=true")) {
      if (!immediateRemoval) {
        json(exchange, 403, Map.of("message", "Immediate removal is switched off"));
      } else if (!project.marked || !query.contains("full_path=" + project.path)) {
        json(exchange, 400, Map.of("message", "`full_path` is incorrect."));
      } else {
        projects.remove(project.id);
        json(exchange, 202, Map.of("message", "202 Accepted"));
      }
    } else if (project.marked) {
      json(exchange, 400, Map.of("message", "Project has been already marked for deletion"));
    } else {
      project.marked = true;
      project.path += "-deletion_scheduled-" + project.id;
      json(exchange, 202, Map.of("message", "202 Accepted"));
    }
  }

  private void below(HttpExchange exchange, Project project, String[] part) throws IOException {
    String what = part[2] + (part.length > 4 ? "/" + part[4] : "");
    boolean post = exchange.getRequestMethod().equals("POST");
    String id = part.length > 3 ? part[3] : "";
    switch (what) {
      case "variables" -> project.settings.variables(exchange, project.variables, id);
      case "hooks" -> {
        if (!post) {
          json(exchange, 200, List.of());
          return;
        }
        project.hooks.add(
            Json.tree(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        json(exchange, hookRefused ? 422 : 201, Map.of("error", "Invalid url given", "id", 1));
      }
      case "pipelines" -> {
        if (id.isEmpty()) {
          json(exchange, 200, list(exchange, project));
        } else {
          one(exchange, pipelines.get(Long.valueOf(id)));
        }
      }
      case "pipelines/cancel" -> {
        pipelines.get(Long.valueOf(id)).status = statusAfterCancel;
        json(exchange, post ? 200 : 405, view(pipelines.get(Long.valueOf(id))));
      }
      case "pipelines/jobs" ->
          json(
              exchange,
              200,
              jobs.values().stream()
                  .filter(job -> id.equals("" + job.pipeline))
                  .map(job -> job.json)
                  .toList());
      case "pipelines/test_report" ->
          json(
              exchange, testReport == null ? 500 : 200, testReport == null ? Map.of() : testReport);
      default -> {
        if (!project.settings.answer(this, exchange, project, part)) {
          job(exchange, part);
        }
      }
    }
  }

  private void job(HttpExchange exchange, String[] part) throws IOException {
    FakeJob job = part.length > 3 ? jobs.get(Long.valueOf(part[3])) : null;
    if (job == null) {
      json(exchange, 404, Map.of("message", "404 Not found"));
    } else if (part.length == 4) {
      json(exchange, 200, job.json);
    } else {
      byte[] bytes = part[4].equals("trace") ? job.trace : job.zip;
      exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private List<Map<String, Object>> list(HttpExchange exchange, Project project) {
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    List<Map<String, Object>> found = new ArrayList<>();
    for (Pipeline pipeline : pipelines.values()) {
      boolean asked = !query.contains("sha=") || query.contains("sha=" + pipeline.sha);
      if (pipeline.project == project.id && asked) {
        found.addFirst(view(pipeline));
      }
    }
    return found;
  }

  private void one(HttpExchange exchange, Pipeline pipeline) throws IOException {
    json(
        exchange,
        pipeline == null ? 404 : 200,
        pipeline == null ? Map.of("message", "404 Not found") : view(pipeline));
  }

  static Map<String, Object> view(Pipeline pipeline) {
    return Map.of(
        "id", pipeline.id,
        "project_id", pipeline.project,
        "sha", pipeline.sha,
        "ref", "master",
        "status", pipeline.status,
        "source", pipeline.source,
        "web_url", "https://gitlab.example/pipelines/" + pipeline.id);
  }

  private static Map<String, Object> view(Project project) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", project.id);
    view.put("path_with_namespace", project.path);
    view.put("marked_for_deletion_on", project.marked ? "2026-01-02" : null);
    return view;
  }

  static void json(HttpExchange exchange, int status, Object body) throws IOException {
    byte[] bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}

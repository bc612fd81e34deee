package org.newci.runner.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.newci.shell.json.Json;

/**
 * As much of GitLab's Runner API as a test needs, with switches for its moods; and real git behind
 * HTTP.
 */
final class FakeGitLab implements AutoCloseable {

  static final String TOKEN = "glrt-test-token-0123456789";

  /** One job as this server has it. */
  static final class Job {
    final ByteArrayOutputStream trace = new ByteArrayOutputStream();
    final List<JsonNode> updates = new CopyOnWriteArrayList<>();
    volatile byte[] upload = new byte[0];
    final Map<String, byte[]> uploads = new ConcurrentHashMap<>();
    volatile String uploadQuery = "";
    volatile String uploadType = "";
    volatile String status = "running";
    volatile long handedOut;
    volatile long ended;

    /** As a reader sees it: without the times of lines. */
    String log() {
      return raw()
          .replaceAll("\n[0-9TZ:.-]{27} [0-9a-f]{2}O\\+", "")
          .replaceAll("(?m)^[0-9TZ:.-]{27} [0-9a-f]{2}O ", "");
    }

    synchronized String raw() {
      return trace.toString(StandardCharsets.UTF_8);
    }

    JsonNode end() {
      return updates.stream()
          .filter(update -> !update.path("state").asText().equals("running"))
          .reduce((first, last) -> last)
          .orElse(null);
    }
  }

  final Map<Long, Job> jobs = new ConcurrentHashMap<>();
  final Map<Long, byte[]> archives = new ConcurrentHashMap<>();
  final BlockingQueue<Integer> updateMoods = new LinkedBlockingQueue<>();
  final BlockingQueue<Integer> uploadMoods = new LinkedBlockingQueue<>();
  final BlockingQueue<Integer> patchMoods = new LinkedBlockingQueue<>();
  final BlockingQueue<Integer> requestMoods = new LinkedBlockingQueue<>();
  final Map<Long, String> elsewhere = new ConcurrentHashMap<>();
  final List<String> downloads = new CopyOnWriteArrayList<>();
  final List<String> verified = new CopyOnWriteArrayList<>();
  volatile boolean loseNextPatch;
  final AtomicInteger requests = new AtomicInteger();

  private final AtomicInteger forgotten = new AtomicInteger();
  private final BlockingQueue<String> pending = new LinkedBlockingQueue<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean closed;

  FakeGitLab(Path repositories) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/api/v4/", this::api);
    server.createContext("/git/", new GitCgi(repositories));
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Lets go of questions whose runner is no longer there. */
  void forgetQuestions() {
    forgotten.incrementAndGet();
  }

  /** Makes that job wait for a runner. */
  Job offer(long id, String payload) {
    Job job = new Job();
    jobs.put(id, job);
    pending.add(payload);
    return job;
  }

  private void api(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath().substring("/api/v4".length());
      byte[] body = exchange.getRequestBody().readAllBytes();
      switch (path) {
        case "/runners/verify" -> verify(exchange, body);
        case "/jobs/request" -> request(exchange, body);
        default -> job(exchange, path, body);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void verify(HttpExchange exchange, byte[] body) throws IOException {
    String token = Json.tree(text(body)).path("token").asText();
    verified.add(token);
    answer(exchange, token.equals(TOKEN) ? 200 : 403, "{\"id\":1,\"token\":\"" + token + "\"}");
  }

  private void request(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    requests.incrementAndGet();
    JsonNode asked = Json.tree(text(body));
    if (!asked.path("token").asText().equals(TOKEN)) {
      answer(exchange, 403, "{\"message\":\"403 Forbidden\"}");
      return;
    }
    Integer mood = requestMoods.poll();
    if (mood != null) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      answer(exchange, mood, "{\"message\":\"later\"}");
      return;
    }
    boolean hold = asked.path("last_update").asText().equals("same");
    int before = forgotten.get();
    String payload = pending.poll();
    for (int i = 0; hold && payload == null && i < 400 && forgotten.get() == before; i++) {
      payload = pending.poll(50, TimeUnit.MILLISECONDS);
    }
    if (closed || payload == null) {
      exchange.getResponseHeaders().set("X-GitLab-Last-Update", "same");
      answer(exchange, 204, "");
      return;
    }
    jobs.get(Json.tree(payload).path("id").asLong()).handedOut = System.nanoTime();
    answer(exchange, 201, payload);
  }

  private void job(HttpExchange exchange, String path, byte[] body) throws IOException {
    String[] parts = path.split("/", -1);
    long id = Long.parseLong(parts[2]);
    String what = parts.length > 3 ? parts[3] : "";
    if (exchange.getRequestMethod().equals("GET")) {
      downloads.add(
          exchange.getRequestHeaders().getFirst("JOB-TOKEN") + " " + exchange.getRequestURI());
      if (elsewhere.containsKey(id)) {
        exchange.getResponseHeaders().set("Location", elsewhere.get(id));
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      byte[] zip = archives.get(id);
      exchange.sendResponseHeaders(zip == null ? 404 : 200, zip == null ? -1 : zip.length);
      if (zip != null) {
        exchange.getResponseBody().write(zip);
      }
      return;
    }
    Job job = jobs.get(id);
    exchange.getResponseHeaders().set("Job-Status", job.status);
    exchange.getResponseHeaders().set("X-GitLab-Trace-Update-Interval", "1");
    switch (what) {
      case "trace" -> trace(exchange, job, body);
      case "artifacts" -> artifacts(exchange, job, body);
      default -> update(exchange, job, body);
    }
  }

  private void trace(HttpExchange exchange, Job job, byte[] body) throws IOException {
    Integer mood = patchMoods.poll();
    if (mood != null) {
      exchange.getResponseHeaders().set("Retry-After", "1");
      answer(exchange, mood, "{\"message\":\"later\"}");
      return;
    }
    synchronized (job) {
      int start =
          Integer.parseInt(
              exchange.getRequestHeaders().getFirst("Content-Range").split("-", -1)[0]);
      boolean lost = loseNextPatch;
      loseNextPatch = false;
      boolean fits = start == job.trace.size();
      if (fits && !lost) {
        job.trace.writeBytes(body);
      }
      exchange.getResponseHeaders().set("Range", "0-" + job.trace.size());
      if (lost) {
        // As if a load balancer had said yes for a server that then fell over.
        exchange.getResponseHeaders().remove("Range");
      }
      answer(exchange, fits || lost ? 202 : 416, "");
    }
  }

  private void update(HttpExchange exchange, Job job, byte[] body) throws IOException {
    JsonNode update = Json.tree(text(body));
    boolean last = !update.path("state").asText().equals("running");
    Integer mood = last ? updateMoods.poll() : null;
    if (mood != null && mood == 412) {
      synchronized (job) {
        job.trace.reset();
      }
    }
    job.updates.add(update);
    if (last && mood == null) {
      job.ended = System.nanoTime();
      job.status = update.path("state").asText();
    }
    answer(exchange, mood == null ? 200 : mood, "200");
  }

  private void artifacts(HttpExchange exchange, Job job, byte[] body) throws IOException {
    Integer mood = uploadMoods.poll();
    if (mood != null) {
      exchange.getResponseHeaders().set("Location", exchange.getRequestURI() + "&moved=yes");
      answer(exchange, mood, "{\"message\":\"" + mood + " no\"}");
      return;
    }
    job.uploadQuery = exchange.getRequestURI().getQuery();
    job.uploadType =
        exchange.getRequestHeaders().getFirst("Content-Type")
            + " "
            + exchange.getRequestHeaders().getFirst("Transfer-Encoding");
    job.upload = filePart(body);
    job.uploads.put(job.uploadQuery.replaceAll(".*artifact_type=([a-z]+).*", "$1"), job.upload);
    answer(exchange, 201, "{}");
  }

  private static byte[] filePart(byte[] multipart) {
    String latin = new String(multipart, StandardCharsets.ISO_8859_1);
    String boundary = latin.substring(0, latin.indexOf("\r\n"));
    int start = latin.indexOf("\r\n\r\n") + 4;
    int end = latin.lastIndexOf("\r\n" + boundary);
    return latin.substring(start, end).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean empty = bytes.length == 0 || status == 204;
    exchange.sendResponseHeaders(status, empty ? -1 : bytes.length);
    if (!empty) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    closed = true;
    server.stop(0);
    threads.shutdownNow();
  }
}

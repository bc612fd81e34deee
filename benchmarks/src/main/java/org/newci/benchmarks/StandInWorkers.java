package org.newci.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * VCS worker, store and deploy worker in one, which do nothing and answer at once; they note when
 * they were asked. A repository with {@code held} in its name is never answered for.
 */
final class StandInWorkers implements AutoCloseable {

  private static final Pattern BUILD = Pattern.compile("\"build\":\"([^\"]+)\"");
  private static final Pattern PIPELINE = Pattern.compile("\"pipeline_id\":(\\d+)");

  /** One build, as these workers see it: when they were asked for its steps, in nanoseconds. */
  static final class Seen {
    final AtomicInteger mirrors = new AtomicInteger();
    final CountDownLatch looked = new CountDownLatch(1);
    final CountDownLatch deployed = new CountDownLatch(1);
    volatile boolean green;
    volatile long pipeline;
    volatile long mirrorAsked;
    volatile long collectAsked;
    volatile long collectAnswered;
    volatile long deployAsked;
  }

  private final HttpServer server;
  private final Map<String, Seen> builds = new ConcurrentHashMap<>();
  private final Map<Long, Seen> pipelines = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong(1_000);
  private final CountDownLatch closed = new CountDownLatch(1);

  StandInWorkers() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What is known of that build. */
  Seen of(String build) {
    return builds.computeIfAbsent(build, id -> new Seen());
  }

  /** Builds that were asked to be mirrored more than once. */
  long mirroredTwice() {
    return builds.values().stream().filter(seen -> seen.mirrors.get() > 1).count();
  }

  /** Builds that were asked to be mirrored. */
  long mirrored() {
    return builds.values().stream().filter(seen -> seen.mirrors.get() > 0).count();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Runnable after = () -> {};
    String answer;
    if (path.equals("/repo")) {
      answer = mirror(body);
    } else if (path.endsWith("/pipelines")) {
      long pipeline = Long.parseLong(path.split("/", -1)[2]) + 1;
      answer = "{\"pipelines\":[{\"id\":%d,\"status\":\"running\"}]}".formatted(pipeline);
    } else if (path.contains("/pipelines/")) {
      answer = pipeline(Long.parseLong(path.split("/", -1)[4]));
    } else if (path.equals("/collect")) {
      Seen seen = of(found(BUILD, body));
      seen.collectAsked = System.nanoTime();
      after = () -> seen.collectAnswered = System.nanoTime();
      answer = collected(Long.parseLong(found(PIPELINE, body)));
    } else if (path.equals("/grants")) {
      answer = grant(found(BUILD, body), "open");
    } else if (path.startsWith("/grants/")) {
      answer = grant(path.split("/", -1)[2], "sealed");
    } else if (path.equals("/deploy")) {
      Seen seen = of(found(BUILD, body));
      seen.deployAsked = System.nanoTime();
      after = seen.deployed::countDown;
      answer = "{\"url\":\"https://site/x\",\"size\":6,\"sha256\":\"%064x\",\"changed\":true}";
      answer = answer.formatted(1);
    } else {
      answer = "{\"build\":\"x\",\"size\":0,\"sha256\":\"x\",\"provenance\":[]}";
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, path.contains("/jobs/") ? -1 : bytes.length);
    if (!path.contains("/jobs/")) {
      exchange.getResponseBody().write(bytes);
    }
    after.run();
    exchange.close();
  }

  private String mirror(String body) {
    Seen seen = of(found(BUILD, body));
    seen.mirrorAsked = System.nanoTime();
    seen.mirrors.incrementAndGet();
    if (body.contains("/held")) {
      hold();
    }
    long project = ids.addAndGet(10);
    seen.pipeline = project + 1;
    pipelines.put(seen.pipeline, seen);
    return "{\"project_id\":%d,\"path\":\"ci/x\",\"commit\":\"%040x\",\"pipeline_floor\":%d,\"actions\":[],\"took_ms\":1,\"ref\":\"refs/heads/main\"}"
        .formatted(project, project, project);
  }

  private void hold() {
    try {
      boolean _ = closed.await(1, TimeUnit.HOURS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String pipeline(long id) {
    Seen seen = pipelines.getOrDefault(id, new Seen());
    String status = seen.green ? "success" : "running";
    String answer =
        "{\"id\":%d,\"status\":\"%s\",\"jobs\":[{\"id\":%d,\"name\":\"build\",\"stage\":\"test\",\"status\":\"%s\",\"allow_failure\":false,\"started_at\":\"2026-01-01T00:00:00.000Z\"}]}"
            .formatted(id, status, id, status);
    seen.looked.countDown();
    return answer;
  }

  /** One upload of that build, by the build's id; its digest is that of {@link #collected}. */
  private String grant(String build, String state) {
    return "{\"id\":\"%s\",\"secret\":\"s\",\"name\":\"b\",\"build\":\"%s\",\"state\":\"%s\",\"expires\":\"2030-01-01T00:00:00Z\",\"sha256\":\"%064x\"}"
        .formatted(build, build, state, of(build).pipeline);
  }

  private static String collected(long pipeline) {
    return "{\"blob\":\"b\",\"sha256\":\"%064x\",\"size\":6,\"job\":\"build\",\"path\":\"out\"}"
        .formatted(pipeline);
  }

  private static String found(Pattern pattern, String body) {
    Matcher matcher = pattern.matcher(body);
    if (!matcher.find()) {
      throw new IllegalArgumentException("no %s in %s".formatted(pattern, body));
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}

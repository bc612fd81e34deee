package org.newci.neighbours;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The real {@code git http-backend} behind the JDK's HTTP server as its CGI host (RFC 3875), on a
 * free port of the loopback.
 */
public final class GitHttpBackend implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService executor;
  private final Path root;
  private final @Nullable String password;
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private GitHttpBackend(
      HttpServer server, ExecutorService executor, Path root, @Nullable String password) {
    this.server = server;
    this.executor = executor;
    this.root = root;
    this.password = password;
  }

  /** Serves every repository below that folder, for reading, to everybody. */
  public static GitHttpBackend serve(Path root) {
    return start(root, null);
  }

  /** The same, for who has that password; pushing is allowed too. */
  public static GitHttpBackend serve(Path root, String password) {
    return start(root, password);
  }

  private static GitHttpBackend start(Path root, @Nullable String password) {
    Programs.need("git");
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService executor = Executors.newCachedThreadPool();
      server.setExecutor(executor);
      GitHttpBackend backend = new GitHttpBackend(server, executor, root, password);
      server.createContext("/", backend::answer);
      server.start();
      return backend;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot serve " + root, e);
    }
  }

  /** URL of a repository below the folder. */
  public String url(String path) {
    return "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), path);
  }

  /** Method and path of every request so far. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
      if (!admitted(exchange)) {
        exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"git\"");
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      run(exchange);
    }
  }

  private boolean admitted(HttpExchange exchange) {
    if (password == null) {
      return true;
    }
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Basic ")) {
      return false;
    }
    String pair =
        new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8);
    return pair.endsWith(":" + password);
  }

  /** Runs the program for that request, and passes on what it says. */
  public static void run(HttpExchange exchange, Path root, Map<String, String> more)
      throws IOException {
    URI uri = exchange.getRequestURI();
    ProcessBuilder builder =
        new ProcessBuilder(Programs.need("git").toString(), "http-backend")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> env = builder.environment();
    env.putAll(GitCommand.QUIET);
    env.put("GIT_PROJECT_ROOT", root.toString());
    env.put("GIT_HTTP_EXPORT_ALL", "1");
    env.put("PATH_INFO", uri.getPath());
    env.put("QUERY_STRING", uri.getRawQuery() == null ? "" : uri.getRawQuery());
    env.put("REQUEST_METHOD", exchange.getRequestMethod());
    header(exchange, env, "Content-Type", "CONTENT_TYPE");
    header(exchange, env, "Content-Encoding", "HTTP_CONTENT_ENCODING");
    header(exchange, env, "Git-Protocol", "GIT_PROTOCOL");
    env.putAll(more);
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      exchange.getRequestBody().transferTo(in);
    }
    try (InputStream out = process.getInputStream()) {
      int status = 200;
      String line = line(out);
      while (!line.isEmpty()) {
        int colon = line.indexOf(':');
        String name = line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        if (name.toLowerCase(Locale.ROOT).equals("status")) {
          status = Integer.parseInt(value.substring(0, 3));
        } else {
          exchange.getResponseHeaders().add(name, value);
        }
        line = line(out);
      }
      exchange.sendResponseHeaders(status, 0);
      out.transferTo(exchange.getResponseBody());
    } finally {
      process.destroy();
    }
  }

  private void run(HttpExchange exchange) throws IOException {
    run(exchange, root, password == null ? Map.of() : Map.of("REMOTE_USER", "git"));
  }

  private static void header(
      HttpExchange exchange, Map<String, String> env, String header, String variable) {
    String value = exchange.getRequestHeaders().getFirst(header);
    if (value != null) {
      env.put(variable, value);
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (next != '\r') {
        line.write(next);
      }
      next = in.read();
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}

package org.newci.runner.job;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;

/** {@code git http-backend}, for those who know the job's token. */
final class GitCgi implements HttpHandler {

  private static final String CREDENTIALS =
      "Basic "
          + Base64.getEncoder()
              .encodeToString("gitlab-ci-token:job-token-123".getBytes(StandardCharsets.UTF_8));

  private final Path root;

  GitCgi(Path root) {
    this.root = root;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!CREDENTIALS.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      ProcessBuilder git = new ProcessBuilder("git", "http-backend");
      Map<String, String> env = git.environment();
      env.put("GIT_PROJECT_ROOT", root.toString());
      env.put("GIT_HTTP_EXPORT_ALL", "1");
      env.put("REQUEST_METHOD", exchange.getRequestMethod());
      env.put("PATH_INFO", exchange.getRequestURI().getPath().substring("/git".length()));
      env.put("QUERY_STRING", orEmpty(exchange.getRequestURI().getRawQuery()));
      env.put("CONTENT_TYPE", orEmpty(exchange.getRequestHeaders().getFirst("Content-Type")));
      env.put("CONTENT_LENGTH", Integer.toString(body.length));
      env.put(
          "HTTP_CONTENT_ENCODING",
          orEmpty(exchange.getRequestHeaders().getFirst("Content-Encoding")));
      env.put("GIT_PROTOCOL", orEmpty(exchange.getRequestHeaders().getFirst("Git-Protocol")));
      Process process = git.start();
      try (var in = process.getOutputStream()) {
        in.write(body);
      }
      answer(exchange, process.getInputStream());
    }
  }

  private static void answer(HttpExchange exchange, InputStream cgi) throws IOException {
    int status = 200;
    for (String line = line(cgi); !line.isEmpty(); line = line(cgi)) {
      String[] header = line.split(": ", 2);
      if (header[0].equals("Status")) {
        status = Integer.parseInt(header[1].substring(0, 3));
      } else {
        exchange.getResponseHeaders().set(header[0], header[1]);
      }
    }
    byte[] body = cgi.readAllBytes();
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}

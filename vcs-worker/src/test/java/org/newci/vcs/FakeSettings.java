package org.newci.vcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.newci.neighbours.GitCommand;
import org.newci.shell.json.Json;

/** Tokens, protection, branches and explicit pipelines of one project of {@link FakeGitLab}. */
public final class FakeSettings {

  /** Secrets of the project's access tokens by id; revoked ones are gone. */
  public final Map<Long, String> tokens = new TreeMap<>();

  /** How each variable is kept: its type, and {@code masked}. */
  public final Map<String, String> kinds = new TreeMap<>();

  public volatile boolean makesTokens = true;
  public volatile boolean isProtected = true;
  private long last = 9_000;

  boolean admits(String basic) {
    return tokens.values().stream().anyMatch(token -> basic(token).equals(basic));
  }

  /** True if the request was for one of these. */
  boolean answer(
      FakeGitLab gitlab, HttpExchange exchange, FakeGitLab.Project project, String[] part)
      throws IOException {
    String method = exchange.getRequestMethod();
    switch (part[2]) {
      case "access_tokens" -> accessTokens(exchange, method, part);
      case "protected_branches" -> {
        isProtected = false;
        exchange.sendResponseHeaders(204, -1);
      }
      case "pipeline" -> {
        String head = gitlab.git(project).run("rev-parse", "refs/heads/master");
        FakeGitLab.Pipeline started = gitlab.addPipeline(project.id, head, "pending");
        started.source = "api";
        FakeGitLab.json(exchange, 201, FakeGitLab.view(started));
      }
      case "repository" -> branches(gitlab.git(project), exchange, method, part);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void accessTokens(HttpExchange exchange, String method, String[] part)
      throws IOException {
    if (method.equals("DELETE")) {
      tokens.remove(Long.valueOf(part[3]));
      exchange.sendResponseHeaders(204, -1);
    } else if (method.equals("GET")) {
      FakeGitLab.json(
          exchange,
          200,
          tokens.keySet().stream().map(id -> Map.of("id", id, "name", "newci-push")).toList());
    } else if (!makesTokens) {
      FakeGitLab.json(exchange, 400, Map.of("message", "User does not have permission"));
    } else {
      long id = ++last;
      tokens.put(id, "glpat-of-project-" + id);
      FakeGitLab.json(exchange, 201, Map.of("id", id, "token", tokens.get(id)));
    }
  }

  private static void branches(GitCommand git, HttpExchange exchange, String method, String[] part)
      throws IOException {
    if (method.equals("DELETE")) {
      git.run("branch", "-D", part[4]);
      exchange.sendResponseHeaders(204, -1);
    } else {
      List<String> names = git.run("for-each-ref", "--format=%(refname:short)").lines().toList();
      FakeGitLab.json(exchange, 200, names.stream().map(name -> Map.of("name", name)).toList());
    }
  }

  void variables(HttpExchange exchange, Map<String, String> variables, String key)
      throws IOException {
    if (exchange.getRequestMethod().equals("DELETE")) {
      variables.remove(key);
      exchange.sendResponseHeaders(204, -1);
      return;
    }
    if (exchange.getRequestMethod().equals("GET") && key.isEmpty()) {
      FakeGitLab.json(
          exchange, 200, variables.keySet().stream().map(k -> Map.of("key", k)).toList());
      return;
    }
    if (exchange.getRequestMethod().equals("GET")) {
      String value = variables.get(key);
      FakeGitLab.json(
          exchange,
          value == null ? 404 : 200,
          value == null ? Map.of("message", "404 Variable Not Found") : Map.of("value", value));
      return;
    }
    JsonNode body =
        Json.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    String name = key.isEmpty() ? body.path("key").asText() : key;
    if (key.isEmpty() && variables.containsKey(name)) {
      FakeGitLab.json(
          exchange, 400, Map.of("message", Map.of("key", List.of("has already been taken"))));
      return;
    }
    variables.put(name, body.path("value").asText());
    String masked = body.path("masked").asBoolean() ? " masked" : "";
    kinds.put(name, body.path("variable_type").asText() + masked);
    FakeGitLab.json(exchange, 201, Map.of("key", name));
  }

  static String basic(String token) {
    byte[] pair = ("newci:" + token).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}

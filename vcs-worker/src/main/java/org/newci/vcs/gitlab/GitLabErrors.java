package org.newci.vcs.gitlab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.newci.shell.json.Json;
import org.newci.shell.peer.TlsFailure;

/** Reads GitLab's error bodies, whose {@code message} is a text, a list or an object of lists. */
final class GitLabErrors {

  private static final int LONGEST = 500;

  private GitLabErrors() {}

  static GitLabFailure answered(int status, String what, String body) {
    String said = said(body);
    String sentence =
        switch (status) {
          case 401 -> "GitLab refuses this worker's token (401): %s.".formatted(what);
          case 403 -> "GitLab does not let this worker %s (403%s).".formatted(what, tail(said));
          case 404 -> "GitLab has nothing there for: %s (404%s).".formatted(what, tail(said));
          case 429 -> "GitLab has too many requests to %s (429).".formatted(what);
          default -> "GitLab answered %d to: %s%s.".formatted(status, what, tail(said));
        };
    return new GitLabFailure(status, sentence, null);
  }

  static GitLabFailure silent(String what, IOException e) {
    String why =
        switch (e) {
          case ConnectException c -> "refused the connection";
          case SSLException s -> TlsFailure.why(s);
          case InterruptedIOException i -> "did not answer in time";
          default -> "could not be reached (" + e.getMessage() + ")";
        };
    return new GitLabFailure(0, "GitLab %s: %s.".formatted(why, what), e);
  }

  private static String tail(String said) {
    return said.isEmpty() ? "" : ": " + said;
  }

  /** What the body says, on one line. */
  static String said(String body) {
    JsonNode tree;
    try {
      tree = Json.tree(body);
    } catch (IllegalArgumentException e) {
      return "";
    }
    List<String> parts = new ArrayList<>();
    for (String member : List.of("message", "error", "error_description")) {
      collect(tree.path(member), "", parts);
    }
    String all = String.join("; ", parts).replaceAll("\\s+", " ").replaceAll("[. ]+$", "");
    return all.length() > LONGEST ? all.substring(0, LONGEST) + "…" : all;
  }

  private static void collect(JsonNode node, String prefix, List<String> parts) {
    if (node.isTextual()) {
      parts.add(prefix + node.asText());
    } else if (node.isArray()) {
      node.forEach(item -> collect(item, prefix, parts));
    } else if (node.isObject()) {
      for (var field : node.properties()) {
        collect(field.getValue(), field.getKey() + " ", parts);
      }
    }
  }
}

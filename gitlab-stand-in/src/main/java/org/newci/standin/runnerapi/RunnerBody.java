package org.newci.standin.runnerapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.javalin.http.Context;
import org.newci.shell.json.Json;
import org.newci.shell.problem.ProblemPages;
import org.newci.standin.rest.RestError;

/** The JSON that a runner sends. */
final class RunnerBody {

  private RunnerBody() {}

  /** The object; a missing node when there is no body. */
  static JsonNode of(Context ctx) {
    String text = ProblemPages.text(ctx);
    if (text.isBlank()) {
      return MissingNode.getInstance();
    }
    try {
      return Json.tree(text);
    } catch (IllegalArgumentException e) {
      throw RestError.message(400, "400 Bad Request: " + e.getMessage());
    }
  }
}

package org.newci.vcs.pipeline;

import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;

/** Reads the numbers in a request's path and query, or says which one is wrong. */
final class PathNumbers {

  private PathNumbers() {}

  static long path(Context ctx, String name) {
    return number(name, ctx.pathParam(name), 1);
  }

  static long query(Context ctx, String name) {
    String value = ctx.queryParam(name);
    return value == null ? 0 : number(name, value, 0);
  }

  private static long number(String name, @Nullable String text, long least) {
    if (text == null || !text.matches("\\d{1,18}") || Long.parseLong(text) < least) {
      throw Problem.badRequest(
          "The %s is '%s' (expected a whole number from %d).".formatted(name, text, least));
    }
    return Long.parseLong(text);
  }
}

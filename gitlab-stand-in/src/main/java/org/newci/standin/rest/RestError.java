package org.newci.standin.rest;

import java.util.List;
import java.util.Map;

/** An answer that GitLab's API gives instead of a result. */
public final class RestError extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;
  private final transient Map<String, Object> body;

  private RestError(int status, Map<String, Object> body) {
    super("%d %s".formatted(status, body), null, false, false);
    this.status = status;
    this.body = body;
  }

  /** {@code {"message": "…"}}. */
  public static RestError message(int status, Object message) {
    return new RestError(status, Map.of("message", message));
  }

  /** {@code {"error": "…"}}: a parameter is wrong. */
  public static RestError parameter(String sentence) {
    return new RestError(400, Map.of("error", sentence));
  }

  /** 400 with the mistakes of a field. */
  public static RestError field(String field, String mistake) {
    return message(400, Map.of(field, List.of(mistake)));
  }

  /** Nobody, or nobody known. */
  public static RestError unauthorized() {
    return message(401, "401 Unauthorized");
  }

  /** 401: the token was good once. */
  public static RestError token(String sentence) {
    return new RestError(401, Map.of("error", "invalid_token", "error_description", sentence));
  }

  /** 403: the token's scopes do not reach so far; these would. */
  public static RestError scope(String scopes) {
    return new RestError(
        403,
        Map.of(
            "error",
            "insufficient_scope",
            "error_description",
            "The request requires higher privileges than provided by the access token.",
            "scope",
            scopes));
  }

  /** Known, but may not. */
  public static RestError forbidden() {
    return message(403, "403 Forbidden");
  }

  /** {@code 404 Project Not Found}; also for what the caller may not see. */
  public static RestError notFound(String what) {
    return message(404, "404 %s Not Found".formatted(what));
  }

  /** Such a thing as {@code 404 Not found}, as the Runner API says it. */
  public static RestError gone() {
    return message(404, "404 Not found");
  }

  public int status() {
    return status;
  }

  public Map<String, Object> body() {
    return body;
  }
}

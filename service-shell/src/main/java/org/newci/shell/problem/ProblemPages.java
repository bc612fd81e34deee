package org.newci.shell.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.newci.shell.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one table from exception to answer. */
public final class ProblemPages {

  /** Media type of every error. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final Logger LOG = LoggerFactory.getLogger(ProblemPages.class);

  private ProblemPages() {}

  /** Makes these routes answer every error as a problem. */
  public static void install(RoutesConfig routes) {
    routes.exception(Problem.class, (problem, ctx) -> render(ctx, problem));
    routes.exception(
        HttpResponseException.class,
        (e, ctx) ->
            render(ctx, new Problem(e.getStatus(), kindOf(e.getStatus()), sentence(ctx, e))));
    routes.exception(Exception.class, (e, ctx) -> unexpected(ctx, e));
  }

  /** Answers what nobody foresaw, and writes it down. */
  public static void unexpected(Context ctx, Exception e) {
    if (NoSpace.isCauseOf(e)) {
      LOG.warn("{} {} failed for lack of space", ctx.method(), ctx.path(), e);
      render(
          ctx, new Problem(507, "disk-full", "There is no space left on this component's disk."));
      return;
    }
    LOG.error("unexpected failure of {} {}", ctx.method(), ctx.path(), e);
    render(
        ctx,
        new Problem(
            500,
            "internal",
            "Something failed here that should not; the log of this component has request %s."
                .formatted(ctx.res().getHeader("X-Request-Id"))));
  }

  private static String sentence(Context ctx, HttpResponseException e) {
    return switch (e.getStatus()) {
      case 404 -> "There is nothing at %s.".formatted(ctx.path());
      case 405 -> "%s does not take %s.".formatted(ctx.path(), ctx.method());
      case 413 -> "The body is larger than this route takes.";
      default -> String.valueOf(e.getMessage());
    };
  }

  /** The kind of a problem of which no more is known than its status. */
  public static String kindOf(int status) {
    return switch (status) {
      case 400 -> "bad-request";
      case 404 -> "not-found";
      case 405 -> "method-not-allowed";
      case 413 -> "too-large";
      default -> "http-" + status;
    };
  }

  /** Writes that problem as the answer. */
  public static void render(Context ctx, Problem problem) {
    if (ctx.res().isCommitted()) {
      return;
    }
    ctx.status(problem.status()).result(page(problem)).contentType(MEDIA_TYPE);
  }

  /** The body of that answer. */
  public static String page(Problem problem) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "/problems/" + problem.kind());
    body.put("title", HttpStatus.forStatus(problem.status()).getMessage());
    body.put("status", problem.status());
    body.put("detail", problem.detail());
    body.putAll(problem.extra());
    return Json.write(body);
  }

  /**
   * The whole body as text, which is UTF-8 whatever the request calls it; anything else is a 400.
   */
  public static String text(Context ctx) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(ctx))).toString();
    } catch (CharacterCodingException e) {
      throw Problem.badRequest("The body is not UTF-8.");
    }
  }

  /**
   * The whole body; one that ends early or is not framed as HTTP says is a 400, and a larger one
   * than the route takes a 413.
   */
  public static byte[] bytes(Context ctx) {
    try {
      return ctx.bodyAsBytes();
    } catch (HttpResponseException e) {
      throw e;
    } catch (Exception e) {
      LOG.debug("a body could not be read", e);
      throw Problem.badRequest("The body cannot be read: it ends early, or is not framed well.");
    }
  }

  /** Reads a JSON body, or says which field is wrong and how. */
  public static <T> T body(Context ctx, Class<T> type, boolean strict) {
    String text = text(ctx);
    if (text.isBlank()) {
      throw Problem.badRequest("The body is empty; a JSON object was expected.");
    }
    try {
      T value = (strict ? Json.strict() : Json.lenient()).readValue(text, type);
      if (value == null) {
        throw Problem.badRequest("The body is null; a JSON object was expected.");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw Problem.badRequest(JsonMistake.sentence(e));
    }
  }
}

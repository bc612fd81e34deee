package org.newci.standin.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.Map;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one table from exception to an answer in GitLab's shape. */
public final class RestPages {

  private static final Logger LOG = LoggerFactory.getLogger(RestPages.class);

  private RestPages() {}

  /** Makes these routes answer every error as GitLab does. */
  public static void install(RoutesConfig routes) {
    routes.exception(RestError.class, (e, ctx) -> json(ctx, e.status(), e.body()));
    routes.exception(Moved.class, (e, ctx) -> redirect(ctx, e));
    routes.exception(
        Problem.class,
        (e, ctx) -> json(ctx, e.status(), Map.of("message", String.valueOf(e.getMessage()))));
    routes.exception(
        HttpResponseException.class,
        (e, ctx) ->
            json(
                ctx,
                e.getStatus(),
                switch (e.getStatus()) {
                  case 404 -> Map.of("error", "404 Not Found");
                  case 405 -> Map.of("error", "405 Not Allowed");
                  case 413 -> Map.of("message", "413 Request Entity Too Large");
                  default -> Map.of("message", String.valueOf(e.getMessage()));
                }));
    routes.exception(
        Exception.class,
        (e, ctx) -> {
          LOG.error("unexpected failure of {} {}", ctx.method(), ctx.path(), e);
          json(ctx, 500, Map.of("message", "500 Internal Server Error"));
        });
  }

  private static void redirect(Context ctx, Moved moved) {
    ctx.status(301)
        .header("Location", moved.location())
        .result("This resource has been moved permanently to " + moved.location())
        .contentType("text/plain");
  }

  /** Writes that JSON answer; maps keep their nulls. */
  public static void json(Context ctx, int status, Object body) {
    if (!ctx.res().isCommitted()) {
      ctx.status(status).result(Json.write(body)).contentType("application/json");
    }
  }
}

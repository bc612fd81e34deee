package org.newci.controller;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.newci.controller.build.LedgerTrouble;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** Answers while the database is away or full: nobody's mistake, and later it is well again. */
final class LedgerPages {

  private static final String SOON = "5";

  private LedgerPages() {}

  /** Makes these routes answer every error as a problem. */
  static void install(RoutesConfig routes) {
    ProblemPages.install(routes);
    routes.exception(
        RuntimeException.class,
        (e, ctx) ->
            LedgerTrouble.of(e)
                .ifPresentOrElse(
                    trouble -> render(ctx, trouble), () -> ProblemPages.unexpected(ctx, e)));
  }

  private static void render(Context ctx, LedgerTrouble trouble) {
    switch (trouble) {
      case AWAY -> {
        ctx.header("Retry-After", SOON);
        ProblemPages.render(
            ctx,
            new Problem(
                503,
                "database-unreachable",
                "The database of builds does not answer; whether this was done is not known."));
      }
      case FULL ->
          ProblemPages.render(
              ctx,
              new Problem(507, "disk-full", "There is no space left for the database of builds."));
    }
  }
}

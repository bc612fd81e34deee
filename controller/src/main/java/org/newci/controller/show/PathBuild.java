package org.newci.controller.show;

import io.javalin.http.Context;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.shell.problem.Problem;

/** The build that {@code ID} in a path names. */
public final class PathBuild {

  private static final int SHOWN = 60;

  private PathBuild() {}

  /** That build, or 404. */
  public static Build find(BuildLedger ledger, Context ctx) {
    String id = ctx.pathParam("id");
    return BuildId.parse(id)
        .flatMap(ledger::find)
        .orElseThrow(
            () ->
                Problem.notFound(
                    "There is no build '%s'."
                        .formatted(id.length() > SHOWN ? id.substring(0, SHOWN) + "…" : id)));
  }
}

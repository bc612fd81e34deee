package org.newci.controller.submit;

import io.javalin.http.Context;
import java.util.Map;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;
import org.newci.controller.show.PathBuild;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;

/** {@code POST /builds/ID/cancel}. */
public final class CancelRoute {

  private final PathBuild builds;
  private final Conductor conductor;

  public CancelRoute(PathBuild builds, Conductor conductor) {
    this.builds = builds;
    this.conductor = conductor;
  }

  /** Asks for the end of a build; what is being deployed or over cannot be cancelled. */
  public void cancel(Context ctx) {
    Build build = builds.findForActing(ctx);
    String by = BearerGate.caller(ctx).subject();
    Decision decision = conductor.tell(build.id(), new BuildEvent.CancelAsked(by));
    Build after =
        switch (decision) {
          case Decision.Move move -> move.next();
          case Decision.Stay stay -> stay.build();
          case Decision.Illegal illegal -> throw notNow(builds.find(ctx));
        };
    ctx.status(202)
        .header("Location", "/builds/" + after.id())
        .json(
            Map.of(
                "id", after.id().text(),
                "state", after.state().word(),
                "sentence", after.sentence()));
  }

  private static Problem notNow(Build build) {
    return Problem.conflict(
        build.state() == BuildState.FINISHED
            ? "The build %s is over already: %s".formatted(build.id(), build.sentence())
            : "The build %s is being deployed; wait for its end.".formatted(build.id()));
  }
}

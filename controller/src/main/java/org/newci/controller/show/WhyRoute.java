package org.newci.controller.show;

import io.javalin.http.Context;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.newci.contracts.controller.WhyView;
import org.newci.controller.build.Build;
import org.newci.controller.build.Condition;
import org.newci.controller.build.Reasons;

/** {@code GET /builds/ID/why}. */
public final class WhyRoute {

  /** Somebody who decides about builds, and can say by which conditions. */
  public interface Source {

    /** Those that matter for that build as it stands; none if it has no say in it. */
    List<Condition> conditions(Build build);
  }

  private final PathBuild builds;
  private final Reasons reasons;
  private final List<Source> others;
  private final Clock clock;

  /**
   * @param others the queue and the gate of deployments
   */
  public WhyRoute(PathBuild builds, Reasons reasons, List<Source> others, Clock clock) {
    this.builds = builds;
    this.reasons = reasons;
    this.others = List.copyOf(others);
    this.clock = clock;
  }

  /** All conditions of a build, and how it stands. */
  public void why(Context ctx) {
    Build build = builds.find(ctx);
    List<Condition> all = new ArrayList<>(reasons.of(build, clock.instant()));
    others.forEach(source -> all.addAll(source.conditions(build)));
    ctx.json(
        new WhyView(
            build.id().text(),
            build.state().word(),
            build.outcome() == null ? null : build.outcome().word(),
            build.sentence(),
            all.stream()
                .map(c -> new WhyView.Condition(c.name(), c.holds(), c.since(), c.sentence()))
                .toList()));
  }
}

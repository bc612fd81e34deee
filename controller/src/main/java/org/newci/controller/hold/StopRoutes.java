package org.newci.controller.hold;

import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.StopRequest;
import org.newci.contracts.controller.StopView;
import org.newci.contracts.controller.StopsView;
import org.newci.controller.build.BuildId;
import org.newci.controller.registry.Registry;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** {@code POST /stop}, {@code POST /resume} and {@code GET /stops}. */
public final class StopRoutes {

  private static final int LONGEST_REASON = 500;
  private static final int MOST_LOGGED = 1_000;

  private final Gate gate;
  private final DeploymentStops stops;
  private final Supplier<Registry> registry;
  private final Clock clock;

  public StopRoutes(Gate gate, DeploymentStops stops, Supplier<Registry> registry, Clock clock) {
    this.gate = gate;
    this.stops = stops;
    this.registry = registry;
    this.clock = clock;
  }

  /** Lets no deployment begin from now on; builds go on. */
  public void stop(Context ctx) {
    StopRequest request = ProblemPages.body(ctx, StopRequest.class, true);
    String reason = reason(request.reason());
    if (reason.isEmpty()) {
      throw Problem.badRequest(
          "The field 'reason' is missing (expected why deployments are to stop, for people).");
    }
    String environment = environment(request.environment());
    String by = BearerGate.caller(ctx).subject();
    Gate.Stopped stopped = gate.stop(new DeploymentStop(environment, reason, by, clock.instant()));
    DeploymentStop now = stopped.stop();
    if (!now.reason().equals(reason) || !now.by().equals(by)) {
      throw Problem.conflict(
          "%s stopped deployments already, at %s: %s"
              .formatted(now.by(), now.since(), now.reason()));
    }
    List<String> goingOn = stopped.goingOn().stream().map(BuildId::text).toList();
    ctx.json(view(now, goingOn.isEmpty() ? null : goingOn));
  }

  /** Lets deployments go on; what waited is deployed in order. */
  public void resume(Context ctx) {
    StopRequest request =
        ProblemPages.text(ctx).isBlank()
            ? new StopRequest(null, null)
            : ProblemPages.body(ctx, StopRequest.class, true);
    String environment = environment(request.environment());
    String by = BearerGate.caller(ctx).subject();
    DeploymentStop ended =
        gate.resume(environment, by, reason(request.reason()), clock.instant())
            .orElseThrow(() -> notStopped(environment));
    ctx.json(view(ended, null));
  }

  /** What is stopped, and what was. */
  public void stops(Context ctx) {
    List<StopsView.Entry> log =
        stops.log(MOST_LOGGED).stream()
            .map(
                e ->
                    new StopsView.Entry(
                        e.at(), e.kind(), shown(e.environment()), e.reason(), e.by()))
            .toList();
    ctx.json(new StopsView(views(gate), log));
  }

  /** The stops in force, as they are shown. */
  public static List<StopView> views(Gate gate) {
    return gate.inForce().stream().map(stop -> view(stop, null)).toList();
  }

  private static StopView view(DeploymentStop stop, @Nullable List<String> goingOn) {
    return new StopView(shown(stop.environment()), stop.reason(), stop.by(), stop.since(), goingOn);
  }

  private static @Nullable String shown(String environment) {
    return environment.equals(DeploymentStop.ALL) ? null : environment;
  }

  private Problem notStopped(String environment) {
    List<String> others = gate.inForce().stream().map(DeploymentStop::environment).toList();
    String what = environment.equals(DeploymentStop.ALL) ? "all deployments" : environment;
    return Problem.conflict(
        "There is no stop of %s%s."
            .formatted(what, others.isEmpty() ? "" : ", only of " + String.join(", ", others)));
  }

  private String environment(@Nullable String given) {
    if (given == null) {
      return DeploymentStop.ALL;
    }
    Set<String> known = registry.get().environments();
    boolean stopped = gate.inForce().stream().anyMatch(s -> s.environment().equals(given));
    if (!known.contains(given) && !(stopped && !given.equals(DeploymentStop.ALL))) {
      throw Problem.badRequest(
          "The field 'environment' is '%s' (expected one of the registry's: %s)."
              .formatted(
                  given.length() > 60 ? given.substring(0, 60) + "…" : given,
                  String.join(", ", known)));
    }
    return given;
  }

  private static String reason(@Nullable String given) {
    String reason = given == null ? "" : given.strip();
    if (reason.length() > LONGEST_REASON || reason.chars().anyMatch(Character::isISOControl)) {
      throw Problem.badRequest(
          "The field 'reason' has %d characters, or control characters (expected one line of at most %d)."
              .formatted(reason.length(), LONGEST_REASON));
    }
    return reason;
  }
}

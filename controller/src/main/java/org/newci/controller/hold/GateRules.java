package org.newci.controller.hold;

import java.util.ArrayList;
import java.util.List;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Condition;
import org.newci.controller.build.Found;

/**
 * When a build may be deployed: nobody has stopped it, and none that was held before it in its
 * environment, nor an older one of its project, is still to be deployed.
 *
 * @param stops in force
 * @param held builds whose deployment waits
 * @param deploying builds that are being deployed
 */
record GateRules(List<DeploymentStop> stops, List<Build> held, List<Build> deploying) {

  /** What it takes for that build, and what of it is so. */
  List<Condition> conditions(Build build) {
    List<Condition> all = new ArrayList<>();
    all.add(notStopped(build));
    all.add(inOrder(build));
    if (build.state() == BuildState.HELD) {
      all.add(environmentFree(build));
    }
    return all;
  }

  private Condition notStopped(Build build) {
    String environment = environment(build);
    return stops.stream()
        .filter(stop -> stop.holds(environment))
        .findFirst()
        .map(stop -> Condition.no("deployments-go-on", stop.since(), stop.sentence()))
        .orElseGet(
            () ->
                Condition.yes(
                    "deployments-go-on",
                    null,
                    "Nobody has stopped deployments to %s.".formatted(environment)));
  }

  private Condition inOrder(Build build) {
    boolean overtakes =
        held.stream().anyMatch(other -> isBefore(other, build))
            || deploying.stream()
                .filter(other -> other.order().project().equals(build.order().project()))
                .anyMatch(other -> isBefore(other, build));
    return overtakes
        ? Condition.no(
            "deployments-before-it-are-over",
            build.stepStart(),
            "Waits for the deployments before it, which were held.")
        : Condition.yes(
            "deployments-before-it-are-over", null, "No deployment that was held is before it.");
  }

  /** Held deployments go on one at a time in each environment. */
  private Condition environmentFree(Build build) {
    return deploying.stream().map(GateRules::environment).anyMatch(environment(build)::equals)
        ? Condition.no(
            "environment-free",
            build.stepStart(),
            "Another build is being deployed to %s.".formatted(environment(build)))
        : Condition.yes(
            "environment-free",
            null,
            "No other build is being deployed to %s.".formatted(environment(build)));
  }

  private static boolean isBefore(Build one, Build other) {
    return !one.id().equals(other.id())
        && environment(one).equals(environment(other))
        && sequence(one) < sequence(other);
  }

  static String environment(Build build) {
    return build.order().grant().environment();
  }

  private static long sequence(Build build) {
    Found.Artifact artifact = build.found().artifact();
    return artifact == null ? 0 : artifact.sequence();
  }
}

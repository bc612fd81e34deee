package org.newci.controller.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Why a build stands where it stands: the conditions by which {@link Decider} moves it, and whether
 * each holds. Whose turn it is and what may be deployed is decided elsewhere.
 */
public final class Reasons {

  private final Limits limits;

  public Reasons(Limits limits) {
    this.limits = limits;
  }

  /** All of them, in the order in which they come to matter. */
  public List<Condition> of(Build build, Instant now) {
    List<Condition> all = new ArrayList<>();
    Arrays.stream(Goal.values())
        .filter(goal -> goal.isOf(build.order()))
        .map(goal -> goal.condition(build))
        .forEach(all::add);
    Deadline.of(build, limits).stream().map(deadline -> deadline.condition(now)).forEach(all::add);
    Stop stop = build.stop();
    if (stop != null) {
      all.add(Condition.no("wanted", stop.since(), stop.sentence()));
    } else if (build.outcome() == Outcome.CANCELLED) {
      all.add(Condition.no("wanted", build.finishedAt(), build.sentence()));
    } else {
      all.add(Condition.yes("wanted", build.order().createdAt(), "Nobody has asked for its end."));
    }
    return all;
  }
}

package org.newci.controller.build;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a build reaches one after the other, each in a state of its own. */
enum Goal {
  STARTED(BuildState.QUEUED, "started", "It is its turn."),
  COPIED(BuildState.MIRRORING, "copied-to-gitlab", "Its commit is copied to GitLab."),
  PASSED(BuildState.BUILDING, "pipeline-passed", "Its pipeline passes."),
  STORED(BuildState.COLLECTING, "artifact-in-store", "Its artifact is in the store."),
  SERVED(BuildState.DEPLOYING, "artifact-served", "Its artifact is served.");

  private final BuildState in;
  private final String condition;
  private final String sentence;

  Goal(BuildState in, String condition, String sentence) {
    this.in = in;
    this.condition = condition;
    this.sentence = sentence;
  }

  /** True for builds that have to reach it. */
  boolean isOf(Order order) {
    return this.compareTo(STORED) < 0 || order.artifact() != null;
  }

  /** The state in which that order's build goes on after it; FINISHED after the last one. */
  BuildState next(Order order) {
    return following(order).map(goal -> goal.in).orElse(BuildState.FINISHED);
  }

  private Optional<Goal> following(Order order) {
    return Arrays.stream(values())
        .filter(goal -> goal.compareTo(this) > 0 && goal.isOf(order))
        .findFirst();
  }

  /** Whether that build has reached it, and since when that is so. */
  Condition condition(Build build) {
    if (this == STARTED) {
      return build.steps().isEmpty()
          ? Condition.no(condition, build.order().createdAt(), build.sentence())
          : Condition.yes(condition, build.steps().getFirst().start(), sentence);
    }
    Step step = step(build);
    if (step == null) {
      return Condition.no(condition, build.order().createdAt(), sentence);
    }
    Instant end = step.end();
    if (end == null) {
      String now = step.name().equals(in.step()) ? build.sentence() : sentence;
      return Condition.no(condition, step.start(), now);
    }
    return step.result().equals(Outcome.SUCCEEDED.word())
        ? Condition.yes(condition, end, step.sentence().isEmpty() ? sentence : step.sentence())
        : Condition.no(condition, end, step.sentence());
  }

  private @Nullable Step step(Build build) {
    return build.steps().stream()
        .filter(step -> step.name().equals(in.step()))
        .reduce((before, last) -> last)
        .orElse(null);
  }
}

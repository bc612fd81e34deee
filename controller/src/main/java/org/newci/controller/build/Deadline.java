package org.newci.controller.build;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Until when something has to be over, by our own records: whatever others answer or do not.
 *
 * @param name of the condition that it is
 * @param sentence of the build, once it is too late
 * @param hard true when nothing more is waited for afterwards, not even the end of the pipeline
 */
record Deadline(
    String name, Instant since, Duration limit, Outcome outcome, String sentence, boolean hard) {

  boolean isOver(Instant now) {
    return !now.isBefore(since.plus(limit));
  }

  /** As it is shown. */
  Condition condition(Instant now) {
    Instant end = since.plus(limit);
    return isOver(now)
        ? Condition.no(name, end, sentence)
        : Condition.yes(name, since, "There is time until %s.".formatted(end));
  }

  /** Those of a build as it stands, the one that counts first before the others. */
  static List<Deadline> of(Build build, Limits limits) {
    List<Deadline> all = new ArrayList<>();
    Stop stop = build.stop();
    switch (build.state()) {
      case QUEUED, HELD, FINISHED -> {
        // Turns and people have no deadline.
      }
      case MIRRORING -> {
        all.add(step(build, limits, "Copying the commit to GitLab"));
        if (stop == null) {
          all.add(whole(build, limits, false));
        }
      }
      case BUILDING -> {
        if (stop != null) {
          all.addAll(afterStop(build, stop, limits));
        } else {
          all.add(pipeline(build, limits));
          all.add(whole(build, limits, false));
          all.addAll(pending(build, limits));
        }
      }
      case COLLECTING -> {
        all.add(step(build, limits, "Moving the artifact to the store"));
        all.add(whole(build, limits, true));
      }
      case DEPLOYING ->
          all.add(
              step(build, limits, "Whether the artifact is served is not known; the deployment"));
    }
    return all;
  }

  /** The call itself ends within the step's limit and says why; this is for when it does not. */
  private static Deadline step(Build build, Limits limits, String what) {
    Stop stop = build.stop();
    return new Deadline(
        "step-ends-in-time",
        build.stepStart(),
        limits.step().plus(limits.stopGrace()),
        stop == null ? Outcome.TIMED_OUT : stop.outcome(),
        stop == null
            ? what + " was not over within " + inWords(limits.step()) + "."
            : stop.sentence(),
        true);
  }

  /** None before GitLab was asked, be it that the controller was down for longer than the grace. */
  private static List<Deadline> afterStop(Build build, Stop stop, Limits limits) {
    Instant asked = stop.asked();
    if (asked == null && build.found().pipeline() != null) {
      return List.of();
    }
    return List.of(
        new Deadline(
            "pipeline-ends-after-cancel",
            asked == null ? stop.since() : asked,
            limits.stopGrace(),
            stop.outcome(),
            stop.sentence(),
            true));
  }

  private static Deadline whole(Build build, Limits limits, boolean hard) {
    Duration most = limits.wholeOf(build.order().grant());
    return new Deadline(
        "build-ends-in-time",
        build.steps().isEmpty() ? build.order().createdAt() : build.steps().getFirst().start(),
        most,
        Outcome.TIMED_OUT,
        "The build was not over within " + inWords(most) + " (the limit for a whole build).",
        hard);
  }

  private static Deadline pipeline(Build build, Limits limits) {
    Duration own = build.order().grant().time();
    Duration most = own == null ? limits.build() : shorter(own, limits.build());
    return new Deadline(
        "pipeline-ends-in-time",
        build.stepStart(),
        most,
        Outcome.TIMED_OUT,
        "The pipeline was not over within " + inWords(most) + ".",
        false);
  }

  private static List<Deadline> pending(Build build, Limits limits) {
    Found.Pipeline pipeline = build.found().pipeline();
    if (pipeline == null || pipeline.idle() == null) {
      return List.of();
    }
    return List.of(
        new Deadline(
            "runner-takes-job",
            pipeline.idle().since(),
            limits.pending(),
            Outcome.FAILED,
            "No runner took job %s within %s."
                .formatted(pipeline.idle().jobs(), inWords(limits.pending())),
            false));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  static String inWords(Duration limit) {
    return limit.toSeconds() % 60 == 0 && limit.toMinutes() > 0
        ? limit.toMinutes() + " minutes"
        : limit.toSeconds() + " seconds";
  }
}

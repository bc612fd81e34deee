package org.newci.controller.effect;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.PipelineView;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Found;
import org.newci.controller.build.Lease;
import org.newci.shell.peer.PeerFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the pipeline of a build, then at it until it is over, and has its log copied. Often at
 * first, then less and less; a hint makes it look at once.
 */
final class WatchReaction implements Reactions.Reaction {

  /** A worker that answers with an error of its own gets that long to recover. */
  private static final Duration TROUBLE = Duration.ofMinutes(5);

  /** Before the end of a pipeline is told, its log gets that long to be copied. */
  private static final Duration DRAIN = Duration.ofSeconds(10);

  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

  private static final Set<String> AT_REST =
      Set.of("success", "failed", "canceled", "skipped", "manual");
  private static final Logger LOG = LoggerFactory.getLogger(WatchReaction.class);

  private final Vcs vcs;
  private final Outside.Logs logs;
  private final Watches watches;
  private final Conductor conductor;
  private final Stage stage;

  WatchReaction(Vcs vcs, Outside.Logs logs, Watches watches, Conductor conductor, Stage stage) {
    this.vcs = vcs;
    this.logs = logs;
    this.watches = watches;
    this.conductor = conductor;
    this.stage = stage;
  }

  /** How long after its last look a watch of that age looks again. */
  static Duration pace(Duration age, Duration before) {
    if (age.compareTo(Duration.ofSeconds(5)) < 0) {
      return Duration.ofMillis(200);
    }
    if (age.compareTo(Duration.ofSeconds(30)) < 0) {
      return Duration.ofSeconds(1);
    }
    long slower = Math.max(1_000, before.toMillis() * 3 / 2);
    return Duration.ofMillis(Math.min(slower, 15_000));
  }

  @Override
  public void act(Build given, Lease lease) throws InterruptedException {
    Found.Source source = source(given);
    Watches.Watch watch = watches.enter(given.id(), source.projectId(), stage);
    Long most = given.order().grant().logBytes();
    try (LogPump pump =
        new LogPump(
            vcs,
            logs,
            new LogPump.Subject(
                given.id(), source.projectId(), most == null ? Long.MAX_VALUE : most),
            stage)) {
      watch(given, lease, watch, pump);
    } finally {
      watches.leave(given.id(), watch);
    }
  }

  private static Found.Source source(Build build) {
    Found.Source source = build.found().source();
    if (source == null) {
      throw new IllegalStateException("build %s is in no project".formatted(build.id()));
    }
    return source;
  }

  private void watch(Build given, Lease lease, Watches.Watch watch, LogPump pump)
      throws InterruptedException {
    Instant began = stage.clock().instant();
    Instant trouble = null;
    Duration pace = Duration.ZERO;
    Build build = given;
    while (true) {
      watch.looking();
      boolean pinned = build.found().pipeline() != null;
      BuildEvent seen;
      try {
        seen = look(build, pump);
        trouble = null;
      } catch (PeerFailure e) {
        if (trouble == null) {
          LOG.info("build {} cannot be watched now: {}", build.id(), e.getMessage());
          trouble = stage.clock().instant();
        }
        seen = lasting(e, trouble);
      }
      if (seen != null) {
        Build after = after(conductor.tell(build.id(), seen, lease));
        if (after == null || after.state() != BuildState.BUILDING) {
          return;
        }
        build = after;
      }
      if (pinned || build.found().pipeline() == null) {
        pace = pace(Duration.between(began, stage.clock().instant()), pace);
        watch.pause(trouble != null && pace.compareTo(AFTER_TROUBLE) < 0 ? AFTER_TROUBLE : pace);
      }
    }
  }

  private BuildEvent look(Build build, LogPump pump) throws PeerFailure, InterruptedException {
    Found.Source source = source(build);
    Found.Pipeline pipeline = build.found().pipeline();
    if (pipeline == null) {
      return new BuildEvent.PipelinesListed(
          vcs.pipelines(source.projectId(), source.commit(), source.floor()).pipelines());
    }
    PipelineView view = vcs.pipeline(source.projectId(), pipeline.id());
    if (AT_REST.contains(view.status())) {
      pump.finish(view.jobs(), DRAIN);
    } else {
      pump.follow(view.jobs());
    }
    return new BuildEvent.PipelineLooked(view);
  }

  /** A refusal ends the step; an absence, or an error at the other end, does not for a while. */
  private @Nullable BuildEvent lasting(PeerFailure failure, Instant since) {
    boolean final4xx = failure instanceof PeerFailure.Refused refused && refused.status() < 500;
    boolean tooLong =
        failure instanceof PeerFailure.Refused
            && stage.clock().instant().isAfter(since.plus(TROUBLE));
    return final4xx || tooLong
        ? new BuildEvent.StepFailed(BuildState.BUILDING, String.valueOf(failure.getMessage()))
        : null;
  }

  private static @Nullable Build after(Decision decision) {
    return switch (decision) {
      case Decision.Move move -> move.next();
      case Decision.Stay stay -> stay.build();
      case Decision.Illegal illegal -> null;
    };
  }
}

package org.newci.controller.effect;

import java.time.Duration;
import java.time.Instant;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Found;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Stop;
import org.newci.shell.peer.PeerFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks GitLab to cancel the pipeline; the watch sees the effect. It is asked again while the
 * pipeline runs on, because GitLab answers well even when a job was just starting.
 */
final class CancelReaction implements Reactions.Reaction {

  private static final Duration AGAIN = Duration.ofSeconds(10);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(CancelReaction.class);

  private final Vcs vcs;
  private final Conductor conductor;
  private final Watches watches;
  private final Limits limits;
  private final Stage stage;

  CancelReaction(Vcs vcs, Conductor conductor, Watches watches, Limits limits, Stage stage) {
    this.vcs = vcs;
    this.conductor = conductor;
    this.watches = watches;
    this.limits = limits;
    this.stage = stage;
  }

  @Override
  public void act(Build build, Lease lease) throws InterruptedException {
    Found.Source source = build.found().source();
    Found.Pipeline pipeline = build.found().pipeline();
    Stop stop = build.stop();
    if (source == null || pipeline == null || stop == null) {
      throw new IllegalStateException("build %s has no pipeline to cancel".formatted(build.id()));
    }
    Instant asked = stop.asked();
    Instant end = (asked == null ? stage.clock().instant() : asked).plus(limits.stopGrace());
    boolean told = asked != null;
    while (!told || stage.clock().instant().isBefore(end)) {
      Duration pause = AGAIN;
      try {
        vcs.cancel(source.projectId(), pipeline.id());
        watches.hint(build.id());
      } catch (PeerFailure e) {
        LOG.info("pipeline {} is not cancelled yet: {}", pipeline.id(), e.getMessage());
        pause = AFTER_FAILURE;
      }
      if (!told) {
        conductor.tell(build.id(), new BuildEvent.CancelTried(), lease);
        told = true;
      }
      stage.pause(stage.about(pause));
    }
  }
}

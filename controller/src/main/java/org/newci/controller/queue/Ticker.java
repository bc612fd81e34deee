package org.newci.controller.queue;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Conductor;
import org.newci.controller.effect.Reactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every active build again and again: whether a limit of time is over, and whether all
 * that the ledger says it wants is being done. The first look after a start heals what a crash
 * interrupted.
 */
public final class Ticker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);

  private final BuildLedger ledger;
  private final Conductor conductor;
  private final Reactions reactions;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("ticker").daemon().factory());

  public Ticker(BuildLedger ledger, Conductor conductor, Reactions reactions) {
    this.ledger = ledger;
    this.conductor = conductor;
    this.reactions = reactions;
  }

  /** Looks at once, then every so many milliseconds. */
  public Ticker start(long everyMs) {
    tick();
    var _ = timer.scheduleWithFixedDelay(this::tick, everyMs, everyMs, TimeUnit.MILLISECONDS);
    return this;
  }

  /** One look at all of them. */
  public void tick() {
    try {
      for (BuildLedger.Active active : ledger.active()) {
        conductor.tell(active.build().id(), new BuildEvent.TimePassed());
        reactions.ensure(active.build(), active.wanted());
      }
    } catch (RuntimeException e) {
      LOG.error("the active builds could not be looked at", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

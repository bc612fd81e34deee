package org.newci.controller.upkeep;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Archives builds that ended long ago, a few at a time, so that nobody waits for it. */
public final class Archivist implements AutoCloseable {

  private static final int AT_A_TIME = 200;
  private static final long EVERY_S = 5;
  private static final Logger LOG = LoggerFactory.getLogger(Archivist.class);

  private final Archive archive;
  private final Duration hot;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("archivist").daemon().factory());

  /**
   * @param hot how long after its end a build stays where those under way are
   */
  public Archivist(Archive archive, Duration hot, Clock clock) {
    this.archive = archive;
    this.hot = hot;
    this.clock = clock;
  }

  /** Works from now on. */
  public Archivist start() {
    var _ = timer.scheduleWithFixedDelay(this::work, EVERY_S, EVERY_S, TimeUnit.SECONDS);
    return this;
  }

  private void work() {
    try {
      int moved = archive.move(clock.instant().minus(hot), AT_A_TIME);
      if (moved > 0) {
        LOG.info("{} builds that ended more than {} ago are archived", moved, hot);
      }
    } catch (RuntimeException e) {
      LOG.error("old builds could not be archived", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

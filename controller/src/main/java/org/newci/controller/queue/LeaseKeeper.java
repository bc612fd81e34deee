package org.newci.controller.queue;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.newci.controller.build.Leases;
import org.newci.controller.effect.Reactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the leases of what is being done last on, three times before each would end; gives them
 * back at the end.
 */
public final class LeaseKeeper implements AutoCloseable {

  private static final int TIMES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final Reactions reactions;
  private final Leases leases;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("lease-keeper").factory());

  public LeaseKeeper(Reactions reactions, Leases leases) {
    this.reactions = reactions;
    this.leases = leases;
  }

  /** Begins to renew leases of that length. */
  public LeaseKeeper start(Duration lease) {
    long every = lease.toMillis() / TIMES;
    var _ = timer.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
    return this;
  }

  private void renew() {
    try {
      reactions.renewLeases();
    } catch (RuntimeException e) {
      LOG.warn("the leases were not renewed: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    timer.shutdown();
    try {
      leases.giveBackAll();
    } catch (RuntimeException e) {
      LOG.warn("the leases were not given back and will expire: {}", e.getMessage());
    }
  }
}

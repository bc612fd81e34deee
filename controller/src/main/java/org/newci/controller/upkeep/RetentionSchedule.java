package org.newci.controller.upkeep;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.RetentionView;
import org.newci.contracts.store.RetentionReport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what is old removed again and again: a while after the start, and then once in each period.
 * Without an age for any kind it does nothing.
 */
public final class RetentionSchedule implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionSchedule.class);

  /** What was just started has more urgent things to do. */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private record Last(Instant at, @Nullable RetentionReport report, @Nullable String failure) {}

  private final RetentionRules rules;
  private final Retention retention;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("retention").daemon().factory());
  private volatile @Nullable Last last;

  public RetentionSchedule(RetentionRules rules, Retention retention, Clock clock) {
    this.rules = rules;
    this.retention = retention;
    this.clock = clock;
  }

  /** Begins, when there is something to do. */
  public RetentionSchedule start() {
    if (rules.any()) {
      long every = rules.every().toMillis();
      long first = Math.min(every, FIRST.toMillis());
      var _ = timer.scheduleWithFixedDelay(this::run, first, every, TimeUnit.MILLISECONDS);
    }
    return this;
  }

  private void run() {
    Instant at = clock.instant();
    try {
      RetentionReport report = retention.run(rules.request());
      last = new Last(at, report, null);
      LOG.info("retention as scheduled: {}", report);
    } catch (RuntimeException e) {
      last = new Last(at, null, String.valueOf(e.getMessage()));
      LOG.warn("retention as scheduled removed nothing: {}", e.getMessage());
    }
  }

  /** What it is to do, and what it did last. */
  RetentionView view() {
    Last done = last;
    return new RetentionView(
        rules.any() ? rules.every().toSeconds() : null,
        rules.request(),
        done == null ? null : done.at(),
        done == null ? null : done.report(),
        done == null ? null : done.failure());
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

package org.newci.controller.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When one watched repository is looked at next. Only the thread that holds its lock changes it.
 */
final class Watched {

  /** Failures make the pauses longer, up to this. */
  static final Duration LONGEST = Duration.ofHours(1);

  private final String url;
  private Instant due;
  private boolean looking;
  private boolean again;
  private int failures;

  Watched(String url, Instant due) {
    this.url = url;
    this.due = due;
  }

  String url() {
    return url;
  }

  /** True, once, when its time has come; then {@link #looked} must follow. */
  synchronized boolean begin(Instant now) {
    if (looking || due.isAfter(now)) {
      return false;
    }
    looking = true;
    again = false;
    return true;
  }

  /** Something may be new: look at once, and once more if a look goes on already. */
  synchronized void hint(Instant now) {
    again = true;
    due = now;
  }

  /**
   * A look is over.
   *
   * @param well false lengthens the pause
   * @param every the usual pause
   */
  synchronized void looked(boolean well, Duration every, Instant now, RandomGenerator random) {
    looking = false;
    failures = well ? 0 : failures + 1;
    due = again ? now : now.plus(pause(every, failures, random));
  }

  /** The usual pause, doubled with each failure, a fifth longer or shorter by chance. */
  static Duration pause(Duration every, int failures, RandomGenerator random) {
    long usual = every.toMillis() << Math.min(failures, 20);
    long most = Math.max(LONGEST.toMillis(), every.toMillis());
    return Duration.ofMillis((long) (Math.min(usual, most) * (0.8 + 0.4 * random.nextDouble())));
  }
}

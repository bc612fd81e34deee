package org.newci.standin.hook;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a hook's last deliveries went, and what follows (app/models/concerns/web_hooks/
 * auto_disabling.rb): after four failures in a row it rests, each time twice as long; after forty
 * it is off for good.
 *
 * @param failures in a row
 * @param disabledUntil null when it does not rest
 */
public record HookHealth(int failures, @Nullable Instant disabledUntil) {

  private static final int TOLERATED = 3;
  private static final int MOST = 40;
  private static final Duration FIRST_REST = Duration.ofMinutes(1);
  private static final Duration LONGEST_REST = Duration.ofHours(24);

  static final HookHealth GOOD = new HookHealth(0, null);

  /** After one more delivery. */
  HookHealth after(boolean taken, Instant now) {
    if (taken) {
      return GOOD;
    }
    int more = Math.min(failures + 1, MOST);
    if (more <= TOLERATED) {
      return new HookHealth(more, null);
    }
    int doublings = Math.min(more - TOLERATED - 1, 20);
    Duration rest = FIRST_REST.multipliedBy(1L << doublings);
    return new HookHealth(more, now.plus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST));
  }

  /** Whether events are sent. */
  boolean isExecutable(Instant now) {
    return failures < MOST && (disabledUntil == null || !disabledUntil.isAfter(now));
  }

  /** GitLab's word: {@code alert_status}. */
  String word(Instant now) {
    return isExecutable(now)
        ? "executable"
        : failures >= MOST ? "disabled" : "temporarily_disabled";
  }
}

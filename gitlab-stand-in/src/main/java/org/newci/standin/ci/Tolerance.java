package org.newci.standin.ci;

import java.time.Duration;
import java.util.Optional;

/**
 * What a job may do wrong, and for how long it may run.
 *
 * @param timeout empty when the project's counts
 * @param interruptible whether a newer pipeline may cancel the job once it runs
 */
public record Tolerance(
    AllowFailure allowFailure, RetrySpec retry, Optional<Duration> timeout, boolean interruptible) {
  static final Tolerance NONE =
      new Tolerance(AllowFailure.NO, RetrySpec.NEVER, Optional.empty(), false);

  Tolerance allowing(AllowFailure failure) {
    return new Tolerance(failure, retry, timeout, interruptible);
  }
}

package org.newci.standin.ci;

import java.util.List;

/**
 * Whether a job may fail.
 *
 * @param always whatever its exit code was
 * @param exitCodes else after one of these
 */
public record AllowFailure(boolean always, List<Integer> exitCodes) {
  static final AllowFailure NO = new AllowFailure(false, List.of());
  static final AllowFailure YES = new AllowFailure(true, List.of());

  public AllowFailure {
    exitCodes = List.copyOf(exitCodes);
  }

  static AllowFailure of(boolean always) {
    return always ? YES : NO;
  }
}

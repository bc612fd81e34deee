package org.newci.standin.ci;

import java.util.List;

/**
 * How often a failed job is tried again.
 *
 * @param max 0, 1 or 2
 * @param when failure reasons in GitLab's words, or {@code always}; empty when only exit codes
 *     count
 * @param exitCodes exit codes that count besides
 */
public record RetrySpec(int max, List<String> when, List<Integer> exitCodes) {
  static final RetrySpec NEVER = new RetrySpec(0, List.of("always"), List.of());

  public RetrySpec {
    when = List.copyOf(when);
    exitCodes = List.copyOf(exitCodes);
  }
}

package org.newci.standin.ci;

import java.util.Map;
import java.util.Optional;

/**
 * What the rules of one job see: the variables, and how much searching the whole file may still do.
 * RE2 is linear, but a long expression times a long text times many rules is not little.
 */
record Sight(Map<String, String> variables, Work work) {

  Optional<String> value(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /** Whether the expression is found; no once the work is used up. */
  boolean find(RegexLiteral regex, String text) {
    return work.take((long) regex.size() * (text.length() + 1)) && regex.foundIn(text);
  }

  /** Steps that all rules of one file may take together. */
  static final class Work {
    static final long MOST = 50_000_000L;

    private long left = MOST;

    boolean take(long steps) {
      left = Math.max(-1, left - steps);
      return !isUsedUp();
    }

    boolean isUsedUp() {
      return left < 0;
    }
  }
}

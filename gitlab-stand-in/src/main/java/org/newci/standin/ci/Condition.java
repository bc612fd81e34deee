package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;

/**
 * When a rule applies: all that it says must hold; one that says nothing always applies.
 *
 * @param expression {@code if}
 * @param exists patterns, one of which some file of the commit must fit
 */
record Condition(
    Optional<Expression> expression, Optional<Changes> changes, Optional<List<String>> exists) {
  static final Condition ALWAYS =
      new Condition(Optional.empty(), Optional.empty(), Optional.empty());

  /** GitLab compares no more paths with patterns than that, and says yes then. */
  private static final long COMPARISONS = 50_000;

  /**
   * Patterns, one of which a changed path must fit.
   *
   * @param compareTo a ref to compare with; empty for what was there before the push
   */
  record Changes(List<String> paths, String compareTo) {
    boolean holds(Sight sight) {
      String ref = new Expansion(sight).existing(compareTo);
      Optional<List<String>> changed =
          ref.isEmpty() ? sight.files().changed() : sight.files().changedSince(ref);
      if (changed.isEmpty() && !ref.isEmpty()) {
        sight.work().problem("rules:changes:compare_to is not a valid ref: " + ref);
        return false;
      }
      return changed.map(all -> sight.anyFits(paths, all)).orElse(true);
    }
  }

  boolean holds(Sight sight) {
    return expression.map(e -> e.holds(sight)).orElse(true)
        && changes.map(c -> c.holds(sight)).orElse(true)
        && exists.map(patterns -> existsIn(sight, patterns)).orElse(true);
  }

  private static boolean existsIn(Sight sight, List<String> patterns) {
    List<String> all = sight.files().paths();
    return (long) all.size() * patterns.size() > COMPARISONS || sight.anyFits(patterns, all);
  }
}

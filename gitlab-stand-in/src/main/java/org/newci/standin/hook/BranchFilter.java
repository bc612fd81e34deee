package org.newci.standin.hook;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Of which branches a hook hears.
 *
 * @param strategy {@code wildcard}, {@code regex} or {@code all_branches}
 */
public record BranchFilter(String strategy, @Nullable String text) {

  static final List<String> STRATEGIES = List.of("wildcard", "regex", "all_branches");

  /** Whether it can be followed. */
  boolean isValid() {
    try {
      return !strategy.equals("regex") || text == null || Pattern.compile(text).groupCount() >= 0;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  boolean lets(String branch) {
    if (strategy.equals("all_branches") || text == null || text.isEmpty()) {
      return true;
    }
    if (strategy.equals("regex")) {
      return Pattern.compile(text).matcher(branch).find();
    }
    return Pattern.compile("^" + wildcard(text) + "$").matcher(branch).find();
  }

  private static String wildcard(String text) {
    return String.join(".*", List.of(text.split("\\*", -1)).stream().map(Pattern::quote).toList());
  }
}

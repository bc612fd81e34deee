package org.newci.auth;

import java.util.HashSet;
import java.util.Set;

/**
 * Tokens that are refused although they are signed and not over: those of a subject ({@code sub}),
 * or single ones by their id ({@code jti}).
 */
public record DenyList(Set<String> subjects, Set<String> ids) {

  /** Nobody is denied. */
  public static final DenyList NOBODY = new DenyList(Set.of(), Set.of());

  public DenyList {
    subjects = Set.copyOf(subjects);
    ids = Set.copyOf(ids);
  }

  /**
   * Reads lines {@code sub NAME} and {@code jti ID}; empty lines and those that begin with # say
   * nothing.
   *
   * @throws IllegalArgumentException a sentence with the number of the line that cannot be read
   */
  public static DenyList parse(String text) {
    Set<String> subjects = new HashSet<>();
    Set<String> ids = new HashSet<>();
    int number = 0;
    for (String line : text.lines().map(String::strip).toList()) {
      number++;
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String what = line.substring(Math.min(4, line.length())).strip();
      if (line.startsWith("sub ") && !what.isEmpty()) {
        subjects.add(what);
      } else if (line.startsWith("jti ") && !what.isEmpty()) {
        ids.add(what);
      } else {
        throw new IllegalArgumentException(
            "deny list, line %d: '%s' (expected 'sub NAME' or 'jti ID')".formatted(number, line));
      }
    }
    return new DenyList(subjects, ids);
  }

  /** True for a token of that subject with that id, which is empty when it has none. */
  public boolean holds(String subject, String id) {
    return subjects.contains(subject) || ids.contains(id);
  }
}

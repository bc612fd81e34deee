package org.newci.contracts.source;

import java.util.Arrays;

/**
 * A pattern of names: {@code *} stands for any characters but a slash, {@code **} for any at all.
 * Matching takes at most as many steps as pattern and text have characters, multiplied: no pattern
 * and no text can make it slow.
 */
public record Glob(String text) {

  public static final int LONGEST = 500;

  /** Marks {@code **}; no pattern may hold it. */
  private static final char ANY = '\0';

  public Glob {
    if (text.isEmpty() || text.length() > LONGEST || text.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException(
          "the pattern '%s' (expected 1 to %d characters without blanks)"
              .formatted(text.length() > 60 ? text.substring(0, 60) + "…" : text, LONGEST));
    }
  }

  /** True if the whole text is as the pattern says. */
  public boolean matches(String name) {
    String pattern = text.replace("**", String.valueOf(ANY));
    // at[i]: the first i characters of the name are matched by the pattern so far.
    boolean[] at = new boolean[name.length() + 1];
    at[0] = true;
    for (int p = 0; p < pattern.length(); p++) {
      char c = pattern.charAt(p);
      boolean[] next = new boolean[at.length];
      boolean open = false;
      for (int i = 0; i < at.length; i++) {
        if (c == ANY || c == '*') {
          boolean stops = c == '*' && i > 0 && name.charAt(i - 1) == '/';
          open = at[i] || (open && !stops);
          next[i] = open;
        } else {
          next[i] = i > 0 && at[i - 1] && name.charAt(i - 1) == c;
        }
      }
      at = next;
    }
    return at[name.length()];
  }

  /** True if it stands for more than one name. */
  public boolean isOpen() {
    return text.indexOf('*') >= 0;
  }

  /** True if it may stand for names with any number of slashes. */
  public boolean crossesSlashes() {
    return text.contains("**");
  }

  /** How many stars it has; two in a row count as one. */
  public int stars() {
    return (int) Arrays.stream(text.replace("**", "*").split("", -1)).filter("*"::equals).count();
  }

  @Override
  public String toString() {
    return text;
  }
}

package org.newci.standin.ci;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Optional;

/**
 * A regular expression in slashes, {@code /re/} with the flags i, s, m, U, in RE2's syntax: it
 * cannot be made to run for ever. Found anywhere in the text unless it is anchored.
 */
final class RegexLiteral {
  /** Characters of an expression; RE2's tables grow with it. */
  static final int LONGEST = 2_000;

  private static final java.util.regex.Pattern SHAPE =
      java.util.regex.Pattern.compile("/(.*)/([ismU]*)", java.util.regex.Pattern.DOTALL);

  private final Pattern pattern;

  private RegexLiteral(Pattern pattern) {
    this.pattern = pattern;
  }

  /** Whether the text stands in slashes, good or bad inside. */
  static boolean looksLikeOne(String text) {
    return SHAPE.matcher(text).matches();
  }

  /** The expression that this text is, or nothing. */
  static Optional<RegexLiteral> of(String text) {
    java.util.regex.Matcher shape = SHAPE.matcher(text);
    if (!shape.matches() || text.length() > LONGEST) {
      return Optional.empty();
    }
    String flags = shape.group(2);
    String body = shape.group(1);
    try {
      return Optional.of(
          new RegexLiteral(Pattern.compile(flags.isEmpty() ? body : "(?" + flags + ")" + body)));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  /** How many steps one character of a text may take. */
  int size() {
    return pattern.programSize();
  }

  boolean foundIn(String text) {
    return pattern.matcher(text).find();
  }
}

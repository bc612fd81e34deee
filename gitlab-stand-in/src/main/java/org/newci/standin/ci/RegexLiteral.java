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

  /** Instructions of an expression when all its repeats are written out. */
  static final int LARGEST = 10_000;

  private static final java.util.regex.Pattern REPEAT =
      java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");

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
    if (!shape.matches() || text.length() > LONGEST || size(shape.group(1)) > LARGEST) {
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

  /**
   * At least as large as the expression becomes: RE2J writes repeats out, also nested ones, before
   * it looks at the size. What stands before a repeat is one thing, or a group, which is at most
   * everything so far.
   */
  private static double size(String body) {
    double size = body.length();
    java.util.regex.Matcher repeat = REPEAT.matcher(body);
    while (repeat.find()) {
      String most = repeat.group(2);
      double times = Double.parseDouble(repeat.group(1)) + 1;
      if (most != null && !most.isEmpty()) {
        times = Math.max(times, Double.parseDouble(most));
      }
      char before = repeat.start() == 0 ? ')' : body.charAt(repeat.start() - 1);
      size += times * (")}?*+".indexOf(before) < 0 ? 1 : size);
    }
    return size;
  }

  /** How many steps one character of a text may take. */
  int size() {
    return pattern.programSize();
  }

  boolean foundIn(String text) {
    return pattern.matcher(text).find();
  }
}

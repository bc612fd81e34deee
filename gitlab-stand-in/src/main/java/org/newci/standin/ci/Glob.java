package org.newci.standin.ci;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Optional;

/**
 * Paths by pattern. For {@code changes} and {@code exists} as Ruby's {@code File.fnmatch} with
 * PATHNAME, DOTMATCH and EXTGLOB does it: {@code *} and {@code ?} stop at slashes, {@code **}/
 * stands for any folders, also none, {@code [a-z]} for one character, {@code {a,b}} for one of
 * several. For {@code include} {@code **} also crosses slashes.
 */
final class Glob {
  /** Characters of one pattern. */
  static final int LONGEST = 1_000;

  private static final int ALTERNATIVES = 10;

  private final Optional<Pattern> pattern;

  private Glob(String regex) {
    Optional<Pattern> compiled;
    try {
      compiled = Optional.of(Pattern.compile("(?s)" + regex));
    } catch (PatternSyntaxException e) {
      compiled = Optional.empty();
    }
    this.pattern = compiled;
  }

  /** A pattern of {@code changes} or {@code exists}; one that is too long matches nothing. */
  static Glob of(String pattern) {
    return new Glob(
        pattern.length() > LONGEST ? "[^\\x00-\\x{10FFFF}]" : new Writer(pattern).all());
  }

  static Glob ofInclude(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < Math.min(pattern.length(), LONGEST); i++) {
      boolean twice = pattern.startsWith("**", i);
      if (twice) {
        regex.append(".*");
        i++;
      } else if (pattern.charAt(i) == '*') {
        regex.append("[^/]*");
      } else {
        regex.append(Pattern.quote(pattern.substring(i, i + 1)));
      }
    }
    return new Glob(regex.toString());
  }

  boolean matches(String path) {
    return pattern.map(p -> p.matches(path)).orElse(false);
  }

  List<String> among(List<String> paths) {
    return paths.stream().filter(this::matches).sorted().toList();
  }

  /** How many steps one character of a path may take. */
  int size() {
    return pattern.map(Pattern::programSize).orElse(1);
  }

  private static final class Writer {
    private final String glob;
    private final StringBuilder regex = new StringBuilder();
    private int at;
    private int open;
    private boolean tooDeep;

    Writer(String glob) {
      this.glob = glob;
    }

    String all() {
      while (at < glob.length()) {
        one();
      }
      // A brace that nobody closed is a brace.
      return open == 0 && !tooDeep ? regex.toString() : Pattern.quote(glob);
    }

    private void one() {
      char c = glob.charAt(at);
      boolean startsName = at == 0 || glob.charAt(at - 1) == '/';
      if (startsName && glob.startsWith("**/", at)) {
        regex.append("(?:[^/]+/)*");
        at += 3;
        return;
      }
      at++;
      switch (c) {
        case '*' -> regex.append("[^/]*");
        case '?' -> regex.append("[^/]");
        case '[' -> set();
        case '\\' -> quoted(at < glob.length() ? glob.charAt(at++) : '\\');
        case '{' -> {
          open++;
          tooDeep |= open > ALTERNATIVES;
          regex.append("(?:");
        }
        case '}' -> {
          regex.append(open == 0 ? "\\}" : ")");
          open = Math.max(0, open - 1);
        }
        case ',' -> regex.append(open > 0 ? "|" : ",");
        default -> quoted(c);
      }
    }

    private void quoted(char c) {
      regex.append(Pattern.quote(String.valueOf(c)));
    }

    private void set() {
      int close = glob.indexOf(']', at + 1);
      if (close < 0) {
        quoted('[');
        return;
      }
      String inside = glob.substring(at, close);
      boolean not = inside.startsWith("!") || inside.startsWith("^");
      String members = not ? inside.substring(1) : inside;
      regex
          .append(not ? "[^/" : "[")
          .append(members.replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^"))
          .append(']');
      at = close + 1;
    }
  }
}

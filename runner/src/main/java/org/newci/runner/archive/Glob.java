package org.newci.runner.archive;

import java.util.regex.Pattern;

/**
 * A pattern of artifact paths, in the language of gitlab-runner (Go's {@code doublestar}): {@code
 * *} and {@code ?} stay within a folder, {@code **} crosses folders, also classes and {@code
 * {a,b}}.
 */
public final class Glob {

  private final String text;
  private final String base;
  private final Pattern pattern;

  private Glob(String text) {
    this.text = text;
    this.base = staticPart(text);
    this.pattern = Pattern.compile(regex(text));
  }

  /** Refuses with a sentence a pattern that leaves the project's folder. */
  public static Glob of(String path) {
    String clean = path.replaceAll("/+", "/").replaceAll("(^|/)(\\./)+", "$1");
    clean = clean.endsWith("/") ? clean.substring(0, clean.length() - 1) : clean;
    if (clean.startsWith("/") || ("/" + clean + "/").contains("/../")) {
      throw new IllegalArgumentException(
          "%s: outside of the project's folder (expected a path relative to it)".formatted(path));
    }
    try {
      return new Glob(clean.equals(".") ? "" : clean);
    } catch (java.util.regex.PatternSyntaxException e) {
      throw new IllegalArgumentException("%s: not a pattern".formatted(path), e);
    }
  }

  /** The leading folders that have no wildcard; the whole path when it has none at all. */
  public String base() {
    return base;
  }

  /** True for a path relative to the project's folder. */
  public boolean matches(String path) {
    return text.isEmpty() || pattern.matcher(path).matches();
  }

  private static String staticPart(String text) {
    StringBuilder base = new StringBuilder();
    for (String part : text.split("/", -1)) {
      if (part.matches(".*[*?\\[{\\\\].*")) {
        break;
      }
      base.append(base.isEmpty() ? "" : "/").append(part);
    }
    return base.toString();
  }

  private static String regex(String text) {
    StringBuilder out = new StringBuilder();
    int braces = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("**/", at) && (at == 0 || text.charAt(at - 1) == '/')) {
        out.append("(?:[^/]+/)*");
        at += 3;
        continue;
      }
      if (text.startsWith("**", at)) {
        out.append(".*");
        at += 2;
        continue;
      }
      switch (c) {
        case '*' -> out.append("[^/]*");
        case '?' -> out.append("[^/]");
        case '[' -> at = characterClass(text, at, out);
        case '{' -> {
          out.append("(?:");
          braces++;
        }
        case '}' -> {
          out.append(braces > 0 ? ")" : "\\}");
          braces = Math.max(0, braces - 1);
        }
        case ',' -> out.append(braces > 0 ? "|" : ",");
        case '\\' -> {
          at = Math.min(at + 1, text.length() - 1);
          out.append(Pattern.quote(text.substring(at, at + 1)));
        }
        default -> out.append(Pattern.quote(String.valueOf(c)));
      }
      at++;
    }
    return out.toString();
  }

  /** Copies {@code [a-z]} or {@code [!a-z]}; answers where it ends. */
  private static int characterClass(String text, int start, StringBuilder out) {
    int close = text.indexOf(']', start + 2);
    if (close < 0) {
      out.append("\\[");
      return start;
    }
    String inner = text.substring(start + 1, close);
    boolean not = inner.startsWith("!") || inner.startsWith("^");
    String members = (not ? inner.substring(1) : inner).replaceAll("([\\\\\\[\\]&^])", "\\\\$1");
    out.append("(?!/)[").append(not ? "^" : "").append(members).append(']');
    return close;
  }

  @Override
  public String toString() {
    return text;
  }
}

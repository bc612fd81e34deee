package org.newci.runner.script;

/** Quoting for bash in the form {@code $'…'} (ANSI-C quoting, Bash manual 3.1.2.4). */
public final class ShellQuote {

  private ShellQuote() {}

  /** That text as one word; NUL, which no shell variable can hold, is left out. */
  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16).append("$'");
    for (int i = 0; i < text.length(); i++) {
      append(out, text.charAt(i));
    }
    return out.append('\'').toString();
  }

  private static void append(StringBuilder out, char c) {
    switch (c) {
      case '\0' -> {}
      case '\\' -> out.append("\\\\");
      case '\'' -> out.append("\\'");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20 || c == 0x7f) {
          out.append("\\x%02x".formatted((int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}

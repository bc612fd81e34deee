package org.newci.cli.remote;

/** Text of others, made safe for a terminal. */
public final class Printable {

  private Printable() {}

  /** The text in one line, without control characters. */
  public static String line(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (!Character.isISOControl(point) && Character.getType(point) != Character.FORMAT) {
                clean.appendCodePoint(point);
              } else if (Character.isWhitespace(point)) {
                clean.append(' ');
              }
            });
    return clean.toString();
  }
}

package org.newci.standin.ci;

/** Text from a file as a sentence may show it: on one line and not endless. */
final class Shown {
  private static final int LONGEST = 600;

  private Shown() {}

  static String text(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    if (line.length() <= LONGEST) {
      return line;
    }
    // The end holds the line number.
    return line.substring(0, LONGEST - 40) + " … " + line.substring(line.length() - 30);
  }
}

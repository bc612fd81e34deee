package org.newci.benchmarks;

import java.util.Locale;

/**
 * A figure, and what it should be; without a target it is only told.
 *
 * @param p99 of what has one
 */
record Target(String what, String median, String p99, String target, String met) {

  /** How long something takes; its p99 is to stay below that. */
  static Target below(String what, Latencies millis, double most) {
    return new Target(
        "%s (%d readings)".formatted(what, millis.size()),
        ms(millis.median()),
        ms(millis.p99()),
        String.format(Locale.ROOT, "p99 < %.0f ms", most),
        met(millis.p99() < most));
  }

  /** The same, told only. */
  static Target told(String what, Latencies millis) {
    return new Target(
        "%s (%d readings)".formatted(what, millis.size()),
        ms(millis.median()),
        ms(millis.p99()),
        "",
        "");
  }

  /** Something of which there is one reading, told only. */
  static Target told(String what, String reading) {
    return new Target(what, reading, "", "", "");
  }

  /** One reading that is to stay below that. */
  static Target below(String what, double reading, double most, String unit) {
    return new Target(
        what,
        String.format(Locale.ROOT, "%.1f %s", reading, unit),
        "",
        String.format(Locale.ROOT, "< %.0f %s", most, unit),
        met(reading < most));
  }

  /** One reading that is to reach that. */
  static Target reaches(String what, double reading, double least, String unit) {
    return new Target(
        what,
        String.format(Locale.ROOT, "%.0f %s", reading, unit),
        "",
        String.format(Locale.ROOT, "≥ %.0f %s", least, unit),
        met(reading >= least));
  }

  private static String ms(double millis) {
    return String.format(Locale.ROOT, "%.1f ms", millis);
  }

  private static String met(boolean is) {
    return is ? "met" : "MISSED";
  }

  static String head() {
    return "| what | reading or median | p99 | target | |\n|---|---|---|---|---|";
  }

  String row() {
    return "| %s | %s | %s | %s | %s |".formatted(what, median, p99, target, met);
  }
}

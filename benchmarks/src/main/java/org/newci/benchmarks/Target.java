package org.newci.benchmarks;

import java.util.Locale;

/**
 * A figure, and what it should be; without a target it is only told.
 *
 * @param p99 of what has one
 */
record Target(String what, String median, String p99, String target, String met) {

  /** How long something takes; its p99 is to stay below that. */
  static Target below(String what, Readings millis, double most) {
    Target told = told(what, millis);
    return told.against(format("p99 < %.0f ms", most), millis.p99() < most);
  }

  /** The same, told only. */
  static Target told(String what, Readings millis) {
    String readings = "%s (%d readings)".formatted(what, millis.size());
    return new Target(readings, ms(millis.median()), ms(millis.p99()), "", "");
  }

  /** Something of which there is one reading, told only. */
  static Target told(String what, String reading) {
    return new Target(what, reading, "", "", "");
  }

  /** One reading that is to stay below that. */
  static Target below(String what, double reading, double most, String unit) {
    Target told = told(what, format("%.1f ", reading) + unit);
    return told.against(format("< %.0f ", most) + unit, reading < most);
  }

  /** One reading that is to reach that. */
  static Target reaches(String what, double reading, double least, String unit) {
    Target told = told(what, format("%.0f ", reading) + unit);
    return told.against(format("≥ %.0f ", least) + unit, reading >= least);
  }

  private Target against(String aim, boolean is) {
    return new Target(what, median, p99, aim, is ? "met" : "MISSED");
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }

  private static String ms(double millis) {
    return format("%.1f ms", millis);
  }

  static String head() {
    return "| what | reading or median | p99 | target | |\n|---|---|---|---|---|";
  }

  String row() {
    return "| %s | %s | %s | %s | %s |".formatted(what, median, p99, target, met);
  }
}

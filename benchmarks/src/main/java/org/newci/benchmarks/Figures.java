package org.newci.benchmarks;

import java.util.Locale;

/** Readings of one quantity; machines are noisy, so the median is what counts. */
final class Figures {

  private final String what;
  private final String unit;
  private final Readings readings = new Readings();

  Figures(String what, String unit) {
    this.what = what;
    this.unit = unit;
  }

  void add(double reading) {
    readings.add(reading);
  }

  double median() {
    return readings.median();
  }

  /** One row of a table: what, number of readings, minimum, median, maximum. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.0f | %.0f | %.0f | %s |",
        what,
        readings.size(),
        readings.quantile(0),
        median(),
        readings.quantile(1),
        unit);
  }
}

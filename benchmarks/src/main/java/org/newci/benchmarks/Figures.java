package org.newci.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Readings of one quantity; machines are noisy, so the median is what counts. */
final class Figures {

  private final String what;
  private final String unit;
  private final List<Double> readings = new ArrayList<>();

  Figures(String what, String unit) {
    this.what = what;
    this.unit = unit;
  }

  void add(double reading) {
    readings.add(reading);
  }

  double median() {
    List<Double> sorted = new ArrayList<>(readings);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** One row of a table: what, number of readings, minimum, median, maximum. */
  String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.0f | %.0f | %.0f | %s |",
        what,
        readings.size(),
        Collections.min(readings),
        median(),
        Collections.max(readings),
        unit);
  }
}

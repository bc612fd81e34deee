package org.newci.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Many readings of one quantity. */
final class Readings {

  private final List<Double> all = new ArrayList<>();

  static Readings of(List<Readings> parts) {
    Readings whole = new Readings();
    parts.forEach(part -> whole.all.addAll(part.all));
    return whole;
  }

  synchronized void add(double millis) {
    all.add(millis);
  }

  synchronized int size() {
    return all.size();
  }

  double median() {
    return quantile(0.5);
  }

  double p99() {
    return quantile(0.99);
  }

  /** The least of them that is not exceeded by that part of all. */
  synchronized double quantile(double part) {
    List<Double> sorted = new ArrayList<>(all);
    Collections.sort(sorted);
    return sorted.get(Math.max(0, (int) Math.ceil(part * sorted.size()) - 1));
  }
}

package org.newci.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long many things took, in milliseconds. */
final class Latencies {

  private final List<Double> all = new ArrayList<>();

  static Latencies of(List<Latencies> parts) {
    Latencies whole = new Latencies();
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
    return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(part * sorted.size()) - 1));
  }
}

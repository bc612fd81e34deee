package org.newci.contracts.controller;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /stops}.
 *
 * @param stops in force now
 * @param log what was stopped and resumed, newest first, at most 1,000 entries
 */
public record StopsView(List<StopView> stops, List<Entry> log) {

  /**
   * One entry of the log.
   *
   * @param kind {@code stop} or {@code resume}
   * @param environment absent for all environments
   */
  public record Entry(
      Instant at, String kind, @Nullable String environment, String reason, String by) {}
}

package org.newci.contracts.controller;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /status}: every id is in exactly one of the three lists.
 *
 * @param totals of all, also of those finished ones that are not listed
 * @param stops deployments that are stopped now
 * @param registryProblem why the registry's file as it is now is not in force; for operators
 */
public record StatusView(
    Map<String, BuildSummary> builds,
    List<String> queued,
    List<String> building,
    List<String> finished,
    @Nullable Totals totals,
    @Nullable List<StopView> stops,
    @Nullable String registryProblem) {

  /** How many builds the caller may see, whether they are listed or not. */
  public record Totals(long queued, long building, long finished) {}
}

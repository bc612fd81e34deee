package org.newci.contracts.controller;

import java.util.List;
import java.util.Map;

/** Answer to {@code GET /status}: every id is in exactly one of the three lists. */
public record StatusView(
    Map<String, BuildSummary> builds,
    List<String> queued,
    List<String> building,
    List<String> finished) {}

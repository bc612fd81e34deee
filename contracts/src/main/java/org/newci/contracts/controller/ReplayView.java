package org.newci.contracts.controller;

import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /replay}.
 *
 * @param builds how many were decided anew
 * @param events how many events they had
 * @param difference the first; absent if all was decided as it had been
 * @param next what {@code after} is next; absent when all builds have been looked at
 */
public record ReplayView(
    long builds, long events, @Nullable Difference difference, @Nullable Long next) {

  /**
   * Where today's rules part from what is kept.
   *
   * @param event its number in the build's log, from 1
   * @param kept how the build stood after it
   * @param decided how it would stand now
   */
  public record Difference(String build, long event, String kind, String kept, String decided) {}
}

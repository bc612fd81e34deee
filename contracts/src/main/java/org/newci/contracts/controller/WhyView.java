package org.newci.contracts.controller;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /builds/ID/why}: what the build waits for, or why it ended.
 *
 * @param conditions in the order in which they come to matter
 */
public record WhyView(
    String id,
    String state,
    @Nullable String outcome,
    String sentence,
    List<Condition> conditions) {

  /**
   * Something that has to be so.
   *
   * @param name a word for programs
   * @param since when it became so; absent where that is not written down
   */
  public record Condition(String name, boolean holds, @Nullable Instant since, String sentence) {}
}

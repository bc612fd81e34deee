package org.newci.controller.build;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that has to be so for a build to go on. Decisions are made from conditions, and the
 * same conditions are shown to who asks why.
 *
 * @param name a word for programs, the same in every version: {@code project-free}
 * @param since when it became so; null where that is not written down
 * @param sentence for a person
 */
public record Condition(String name, boolean holds, @Nullable Instant since, String sentence) {

  /** One that holds. */
  public static Condition yes(String name, @Nullable Instant since, String sentence) {
    return new Condition(name, true, since, sentence);
  }

  /** One that does not. */
  public static Condition no(String name, @Nullable Instant since, String sentence) {
    return new Condition(name, false, since, sentence);
  }
}

package org.newci.controller.build;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One step of a build.
 *
 * @param result {@code running} until {@code end} is there
 */
public record Step(
    String name, Instant start, @Nullable Instant end, String result, String sentence) {

  /** {@code result} of a step that has not ended. */
  public static final String RUNNING = "running";

  Step ended(String how, String saying, Instant now) {
    return new Step(name, start, now, how, saying);
  }

  Step saying(String now) {
    return new Step(name, start, end, result, now);
  }
}

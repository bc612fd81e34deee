package org.newci.controller;

import java.time.Duration;
import org.newci.controller.build.Limits;

/** Limits short enough for tests. */
final class TestLimits {

  private TestLimits() {}

  static Limits queue(int most) {
    return of(Duration.ofSeconds(30), Duration.ofSeconds(60), most);
  }

  static Limits of(Duration pipelineAppears, Duration stopGrace, int queued) {
    return new Limits(
        Duration.ofMinutes(15),
        pipelineAppears,
        Duration.ofMinutes(10),
        Duration.ofHours(2),
        Duration.ofHours(4),
        stopGrace,
        20,
        20,
        queued);
  }
}

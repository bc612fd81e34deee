package org.newci.controller.build;

import java.time.Duration;

/**
 * How long things may take, and how many.
 *
 * @param step a call that mirrors, collects or deploys, its repetitions included
 * @param pipelineAppears from the push until its pipeline is there
 * @param pending jobs wait for a runner while none runs
 * @param build from the push until the pipeline is over
 * @param stopGrace from asking GitLab to cancel until we stop waiting for it
 * @param concurrent builds that are neither queued nor finished
 * @param queued builds that may wait
 */
public record Limits(
    Duration step,
    Duration pipelineAppears,
    Duration pending,
    Duration build,
    Duration stopGrace,
    int concurrent,
    int queued) {

  /** What holds when nothing else is set. */
  public static Limits standard() {
    return new Limits(
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofHours(2),
        Duration.ofSeconds(60),
        20,
        10_000);
  }

  /** With other limits for jobs that wait and for the whole pipeline. */
  public Limits with(Duration newPending, Duration newBuild) {
    return new Limits(step, pipelineAppears, newPending, newBuild, stopGrace, concurrent, queued);
  }
}

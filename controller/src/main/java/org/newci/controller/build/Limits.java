package org.newci.controller.build;

import java.time.Duration;

/**
 * How long things may take, and how many.
 *
 * @param step a call that mirrors, collects or deploys, its repetitions included
 * @param pipelineAppears from the push until its pipeline is there
 * @param pending jobs wait for a runner while none runs
 * @param build from the push until the pipeline is over
 * @param whole from the start of a build until its artifact is in the store
 * @param stopGrace from asking GitLab to cancel until we stop waiting for it
 * @param concurrent builds that are neither queued nor finished
 * @param perSubmitter of those, builds of one submitter
 * @param queued builds that may wait
 */
public record Limits(
    Duration step,
    Duration pipelineAppears,
    Duration pending,
    Duration build,
    Duration whole,
    Duration stopGrace,
    int concurrent,
    int perSubmitter,
    int queued) {

  /** What holds when nothing else is set. */
  public static Limits standard() {
    return new Limits(
        Duration.ofMinutes(15),
        Duration.ofSeconds(30),
        Duration.ofMinutes(10),
        Duration.ofHours(2),
        Duration.ofHours(4),
        Duration.ofSeconds(60),
        20,
        20,
        10_000);
  }

  /** How long a build that was granted that may take as a whole. */
  public Duration wholeOf(Grant grant) {
    Duration own = grant.whole();
    return own == null || own.compareTo(whole) > 0 ? whole : own;
  }

  /** With other times for jobs that wait, for the pipeline and for the whole build. */
  public Limits withTimes(Duration newPending, Duration newBuild, Duration newWhole) {
    return new Limits(
        step,
        pipelineAppears,
        newPending,
        newBuild,
        newWhole,
        stopGrace,
        concurrent,
        perSubmitter,
        queued);
  }

  /** With other numbers of builds. */
  public Limits withNumbers(int newConcurrent, int newPerSubmitter, int newQueued) {
    return new Limits(
        step,
        pipelineAppears,
        pending,
        build,
        whole,
        stopGrace,
        newConcurrent,
        newPerSubmitter,
        newQueued);
  }
}

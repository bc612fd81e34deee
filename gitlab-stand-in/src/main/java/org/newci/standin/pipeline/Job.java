package org.newci.standin.pipeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.JobSpec;

/**
 * A job of a pipeline: what the file says of it, and how it fares.
 *
 * @param timeout longest time that it may run, in seconds
 * @param cancelGracefully whether its runner can stop the script and still run after_script
 */
public record Job(
    long id,
    long pipelineId,
    long projectId,
    JobSpec spec,
    JobState state,
    int timeout,
    @Nullable Long runnerId,
    boolean cancelGracefully,
    @Nullable String failureReason,
    @Nullable Integer exitCode,
    @Nullable Artifacts artifacts,
    Times times) {

  /** The archive that its runner has handed in. */
  public record Artifacts(String filename, long size) {}

  /** When what happened to it; heard: the last sign of life of its runner. */
  public record Times(
      Instant created,
      @Nullable Instant queued,
      @Nullable Instant started,
      @Nullable Instant finished,
      @Nullable Instant heard) {}

  public String name() {
    return spec.name();
  }

  /** Ready for a runner. */
  Job queued(Instant now) {
    return with(
        JobState.PENDING,
        null,
        null,
        new Times(times.created(), now, times.started(), times.finished(), times.heard()));
  }

  /** Given to that runner, for at most so many seconds. */
  Job started(long runner, int seconds, boolean graceful, Instant now) {
    return new Job(
        id,
        pipelineId,
        projectId,
        spec,
        JobState.RUNNING,
        seconds,
        runner,
        graceful,
        null,
        null,
        artifacts,
        new Times(times.created(), times.queued(), now, null, now));
  }

  /** Its runner was told to stop, or will be. */
  Job canceling() {
    return with(JobState.CANCELING, null, null, times);
  }

  /** At its end. */
  Job over(JobState end, @Nullable String reason, @Nullable Integer exit, Instant now) {
    return with(
        end,
        reason,
        exit,
        new Times(times.created(), times.queued(), times.started(), now, times.heard()));
  }

  private Job with(JobState next, @Nullable String reason, @Nullable Integer exit, Times newTimes) {
    return new Job(
        id,
        pipelineId,
        projectId,
        spec,
        next,
        timeout,
        runnerId,
        cancelGracefully,
        reason,
        exit,
        artifacts,
        newTimes);
  }
}

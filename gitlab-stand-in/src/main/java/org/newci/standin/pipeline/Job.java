package org.newci.standin.pipeline;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.JobSpec;

/**
 * A job of a pipeline: what the file says of it, and how it fares.
 *
 * @param timeout longest time that it may run, in seconds
 * @param cancelGracefully whether its runner can stop the script and still run after_script
 * @param retried whether a newer job has its place
 * @param given variables of whoever played it; stronger than all others
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
    boolean retried,
    List<GivenVariable> given,
    Left left,
    Times times) {

  public Job {
    given = List.copyOf(given);
  }

  /** A file that its runner has handed in, such as type archive in format zip. */
  public record Artifact(String type, String format, String filename, long size) {}

  /**
   * What it has left behind.
   *
   * @param dotenv variables for the jobs behind it
   * @param expireAt when the files go; null: never
   */
  public record Left(
      List<Artifact> artifacts,
      List<GivenVariable> dotenv,
      @Nullable Instant expireAt,
      @Nullable Instant erasedAt) {
    static final Left NOTHING = new Left(List.of(), List.of(), null, null);

    public Left {
      artifacts = List.copyOf(artifacts);
      dotenv = List.copyOf(dotenv);
    }

    /** The file of that type. */
    public Optional<Artifact> artifact(String type) {
      return artifacts.stream().filter(artifact -> artifact.type().equals(type)).findFirst();
    }
  }

  /**
   * When what happened to it; heard: the last sign of life of its runner; scheduled: when a delayed
   * job begins.
   */
  public record Times(
      Instant created,
      @Nullable Instant queued,
      @Nullable Instant started,
      @Nullable Instant finished,
      @Nullable Instant heard,
      @Nullable Instant scheduled) {}

  public String name() {
    return spec.name();
  }

  /** As the rules of the pipeline see it: its exit code may make a failure an allowed one. */
  JobSpec judged() {
    return spec.afterExit(exitCode);
  }

  /** Whether its failure is a mere warning. */
  public boolean allowFailure() {
    return judged().allowFailure();
  }

  /** The archive that jobs behind it fetch. */
  public Optional<Artifact> archive() {
    return left.artifact("archive");
  }

  /** Ready for a runner. */
  Job queued(Instant now) {
    return with(
        JobState.PENDING,
        null,
        null,
        new Times(times.created(), now, times.started(), null, times.heard(), null));
  }

  /** Waits until another job of its resource group is over. */
  Job waitingForResource() {
    return with(JobState.WAITING_FOR_RESOURCE, null, null, times);
  }

  /** Back at its beginning. */
  Job again() {
    return with(
        JobState.CREATED, null, null, new Times(times.created(), null, null, null, null, null));
  }

  /** Waits for somebody to play it. */
  Job manual() {
    return with(JobState.MANUAL, null, null, times);
  }

  /** Waits until that time. */
  Job scheduled(Instant until) {
    return with(
        JobState.SCHEDULED, null, null, new Times(times.created(), null, null, null, null, until));
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
        retried,
        given,
        left,
        new Times(times.created(), times.queued(), now, null, now, null));
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
        new Times(
            times.created(),
            times.queued(),
            times.started(),
            now,
            times.heard(),
            times.scheduled()));
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
        retried,
        given,
        left,
        newTimes);
  }
}

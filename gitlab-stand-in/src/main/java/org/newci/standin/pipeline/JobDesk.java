package org.newci.standin.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.PipelineFlow;
import org.newci.standin.database.Database;
import org.newci.standin.runner.Runner;

/** Where runners take jobs and say how they fare. */
public final class JobDesk {

  private final Database database;
  private final Changes changes;

  public JobDesk(Database database, Changes changes) {
    this.database = database;
    this.changes = changes;
  }

  /** How a job ended, as its runner says. */
  public record Ending(boolean success, @Nullable String reason, @Nullable Integer exitCode) {}

  /** Gives the runner the oldest job that it may have; nobody else gets the same. */
  public Optional<Job> claim(Runner runner, boolean cancelsGracefully) {
    if (database.read(JobStore::waiting).stream().noneMatch(job -> fits(runner, job))) {
      return Optional.empty();
    }
    return changes.run(
        change -> {
          for (JobStore.Waiting waiting : JobStore.waiting(change.handle())) {
            Optional<Job> job =
                fits(runner, waiting)
                    ? JobStore.byId(change.handle(), waiting.id())
                    : Optional.empty();
            if (job.isPresent() && isComplete(job.get(), change)) {
              return Optional.of(start(job.get(), runner, cancelsGracefully, change));
            }
          }
          return Optional.empty();
        });
  }

  private static Job start(Job job, Runner runner, boolean cancelsGracefully, Change change) {
    Job started =
        change.move(
            job.started(runner.id(), timeout(runner, job), cancelsGracefully, change.now()));
    change.settle(job.pipelineId());
    return started;
  }

  private static boolean fits(Runner runner, JobStore.Waiting job) {
    return runner.takes(job.projectId(), job.tags());
  }

  /** Whether all that the job gets from others is still there; else the job has failed. */
  private static boolean isComplete(Job job, Change change) {
    List<Job> jobs = JobStore.latest(change.handle(), job.pipelineId());
    List<String> sources =
        PipelineFlow.artifactSources(job.spec(), jobs.stream().map(Job::spec).toList());
    boolean missing =
        jobs.stream()
            .filter(other -> sources.contains(other.name()))
            .anyMatch(other -> isGone(other.left(), change.now()));
    if (missing) {
      change.end(job.over(JobState.FAILED, "missing_dependency_failure", null, change.now()));
    }
    return !missing;
  }

  private static boolean isGone(Job.Left left, Instant now) {
    Instant expireAt = left.expireAt();
    return left.erasedAt() != null || (expireAt != null && expireAt.isBefore(now));
  }

  private static int timeout(Runner runner, Job job) {
    Integer most = runner.maximumTimeout();
    return most == null ? job.timeout() : Math.min(most, job.timeout());
  }

  /** The job of that number. */
  public Optional<Job> find(long id) {
    return database.read(handle -> JobStore.byId(handle, id));
  }

  /** Notes a sign of life. */
  public void heard(Job job) {
    changes.run(
        change -> {
          JobStore.heard(change.handle(), job.id(), change.now());
          return job;
        });
  }

  /** Notes a file that a job's runner has handed in, and until when the job's files are kept. */
  public void artifact(Job job, Job.Artifact artifact, @Nullable Duration keepFor) {
    leave(
        job,
        (left, now) -> {
          List<Job.Artifact> all = new ArrayList<>(left.artifacts());
          all.removeIf(other -> other.type().equals(artifact.type()));
          all.add(artifact);
          Instant expireAt = keepFor == null ? left.expireAt() : now.plus(keepFor);
          return new Job.Left(all, left.dotenv(), expireAt, left.erasedAt());
        });
  }

  /** Notes the variables that a job leaves to those behind it. */
  public void dotenv(Job job, List<GivenVariable> variables) {
    leave(
        job,
        (left, now) -> new Job.Left(left.artifacts(), variables, left.expireAt(), left.erasedAt()));
  }

  private void leave(Job job, BiFunction<Job.Left, Instant, Job.Left> next) {
    changes.run(
        change -> {
          JobStore.byId(change.handle(), job.id())
              .ifPresent(
                  now ->
                      JobStore.left(
                          change.handle(), job.id(), next.apply(now.left(), change.now())));
          return job;
        });
  }

  /** Ends a job that a runner has; one that is being cancelled ends cancelled in any case. */
  public Optional<Job> finish(long id, Ending ending) {
    return changes.run(
        change ->
            JobStore.byId(change.handle(), id)
                .filter(job -> job.state().isWithRunner())
                .map(job -> change.end(ended(job, ending, change))));
  }

  private static Job ended(Job job, Ending ending, Change change) {
    if (job.state() == JobState.CANCELING) {
      return job.over(JobState.CANCELED, null, ending.exitCode(), change.now());
    }
    return ending.success()
        ? job.over(JobState.SUCCESS, null, 0, change.now())
        : job.over(JobState.FAILED, ending.reason(), ending.exitCode(), change.now());
  }
}

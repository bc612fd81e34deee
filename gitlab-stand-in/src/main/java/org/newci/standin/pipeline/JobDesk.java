package org.newci.standin.pipeline;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.standin.database.Database;
import org.newci.standin.runner.Runner;

/** Where runners take jobs and say how they fare, and people cancel them. */
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
    if (database.read(JobStore::pending).stream().noneMatch(job -> fits(runner, job))) {
      return Optional.empty();
    }
    return changes.run(
        change ->
            JobStore.pending(change.handle()).stream()
                .filter(job -> fits(runner, job))
                .findFirst()
                .map(
                    job -> {
                      Job started =
                          change.move(
                              job.started(
                                  runner.id(),
                                  timeout(runner, job),
                                  cancelsGracefully,
                                  change.now()));
                      change.settle(job.pipelineId());
                      return started;
                    }));
  }

  private static boolean fits(Runner runner, Job job) {
    return runner.takes(job.projectId(), job.spec().tags());
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

  /** Notes the archive that a job's runner has handed in. */
  public void artifacts(Job job, Job.Artifacts artifacts) {
    changes.run(
        change -> {
          JobStore.artifacts(change.handle(), job.id(), artifacts);
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

  /** Cancels one job, as far as it is not over. */
  public Optional<Job> cancel(long id) {
    return changes.run(
        change -> {
          Optional<Job> job = JobStore.byId(change.handle(), id);
          job.ifPresent(
              found -> {
                change.cancel(found);
                change.settle(found.pipelineId());
              });
          return JobStore.byId(change.handle(), id);
        });
  }

  /** Cancels all of a pipeline's jobs that are not over. */
  public Pipeline cancelPipeline(Pipeline pipeline) {
    return changes.run(
        change -> {
          List<Job> jobs = JobStore.ofPipeline(change.handle(), pipeline.id());
          jobs.forEach(change::cancel);
          change.settle(pipeline.id());
          return PipelineStore.byId(change.handle(), pipeline.id()).orElse(pipeline);
        });
  }
}

package org.newci.standin.pipeline;

import java.util.List;
import java.util.Optional;
import org.newci.standin.database.Database;
import org.newci.standin.rest.RestError;

/** What people do to pipelines and jobs: cancel, retry, play, erase, keep, delete. */
public final class PipelineDesk {

  private final Database database;
  private final Changes changes;
  private final JobFiles files;

  public PipelineDesk(Database database, Changes changes, JobFiles files) {
    this.database = database;
    this.changes = changes;
    this.files = files;
  }

  /** The job of that number. */
  Optional<Job> job(long id) {
    return database.read(handle -> JobStore.byId(handle, id));
  }

  private static Job now(Change change, Job job) {
    return JobStore.byId(change.handle(), job.id())
        .orElseThrow(() -> RestError.message(404, "404 Not Found"));
  }

  private static Pipeline now(Change change, Pipeline pipeline) {
    return PipelineStore.byId(change.handle(), pipeline.id())
        .orElseThrow(() -> RestError.message(404, "404 Not found"));
  }

  /** Cancels one job, as far as it is not over. */
  Job cancel(Job job) {
    return changes.run(
        change -> {
          change.cancel(now(change, job));
          change.settle(job.pipelineId());
          return now(change, job);
        });
  }

  /** Cancels all of a pipeline's jobs that are not over. */
  Pipeline cancel(Pipeline pipeline) {
    return changes.run(
        change -> {
          JobStore.latest(change.handle(), pipeline.id()).forEach(change::cancel);
          change.settle(pipeline.id());
          return now(change, pipeline);
        });
  }

  /** A new job in the place of one that is over; 403 when it is not, or has a newer one. */
  Job retry(Job job) {
    return changes.run(
        change -> {
          Job seen = now(change, job);
          boolean over =
              seen.state() == JobState.SUCCESS
                  || seen.state() == JobState.FAILED
                  || seen.state() == JobState.CANCELED;
          if (!over || seen.retried()) {
            throw RestError.message(403, "403 Forbidden - Job is not retryable");
          }
          return change.retry(seen);
        });
  }

  /** New jobs in the places of those that failed or were canceled. */
  Pipeline retry(Pipeline pipeline) {
    return changes.run(
        change -> {
          change.retryPipeline(pipeline.id());
          return now(change, pipeline);
        });
  }

  /** Starts a job that waits for that, or for its time; 400 when it waits for neither. */
  Job play(Job job, List<GivenVariable> variables) {
    return changes.run(
        change -> {
          Job seen = now(change, job);
          if (seen.state() != JobState.MANUAL && seen.state() != JobState.SCHEDULED) {
            throw RestError.message(400, "400 Bad request - Unplayable Job");
          }
          JobStore.given(change.handle(), job.id(), variables);
          change.enqueue(now(change, job));
          change.requeueBehind(seen);
          change.settle(job.pipelineId());
          return now(change, job);
        });
  }

  /** Removes a finished job's log and files; 403 when it is not finished, or erased already. */
  Job erase(Job job) {
    Job erased =
        changes.run(
            change -> {
              Job seen = now(change, job);
              if (!seen.state().isOver() || seen.left().erasedAt() != null) {
                throw RestError.message(403, "403 Forbidden - Job is not erasable!");
              }
              JobStore.left(
                  change.handle(),
                  job.id(),
                  new Job.Left(List.of(), List.of(), null, change.now()));
              return now(change, job);
            });
    files.erase(erased);
    return erased;
  }

  /** Keeps a job's files for ever; 404 when it has none. */
  Job keep(Job job) {
    return changes.run(
        change -> {
          Job.Left left = now(change, job).left();
          if (left.artifacts().isEmpty()) {
            throw RestError.message(404, "404 Not Found");
          }
          JobStore.left(
              change.handle(),
              job.id(),
              new Job.Left(left.artifacts(), left.dotenv(), null, left.erasedAt()));
          return now(change, job);
        });
  }

  /** Removes a job's files; its log stays. */
  void deleteArtifacts(Job job) {
    changes.run(
        change -> {
          Job.Left left = now(change, job).left();
          JobStore.left(
              change.handle(),
              job.id(),
              new Job.Left(List.of(), left.dotenv(), null, left.erasedAt()));
          return job;
        });
    files.dropArtifacts(job);
  }

  /** Removes a pipeline with all of its jobs, and what they left. */
  void delete(Pipeline pipeline) {
    List<Job> jobs =
        changes.run(
            change -> {
              List<Job> all = JobStore.ofPipeline(change.handle(), pipeline.id());
              PipelineStore.remove(change.handle(), pipeline.id());
              return all;
            });
    jobs.forEach(files::erase);
  }
}

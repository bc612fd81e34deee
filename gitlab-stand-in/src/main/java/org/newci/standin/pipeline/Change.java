package org.newci.standin.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.ci.AutoCancel;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.JobStatus;
import org.newci.standin.ci.JobWhen;
import org.newci.standin.ci.PipelineFlow;
import org.newci.standin.ci.Retries;
import org.newci.standin.ci.Workflow;

/** One transaction that moves jobs and pipelines. Only here do they move. */
public final class Change {

  /** A newer pipeline lets older ones be (GitLab: seven days). */
  private static final Duration REDUNDANT_WITHIN = Duration.ofDays(7);

  private final Handle handle;
  private final Instant now;
  private final Witness witness;
  private final List<Runnable> afterwards = new ArrayList<>();
  private boolean queueGrew;

  Change(Handle handle, Instant now, Witness witness) {
    this.handle = handle;
    this.now = now;
    this.witness = witness;
  }

  public Handle handle() {
    return handle;
  }

  public Instant now() {
    return now;
  }

  List<Runnable> afterwards() {
    return afterwards;
  }

  boolean queueGrew() {
    return queueGrew;
  }

  /** Writes a job in its new state. */
  Job move(Job job) {
    JobStore.update(handle, job);
    queueGrew |= job.state() == JobState.PENDING;
    tell(job);
    return job;
  }

  private void tell(Job job) {
    PipelineStore.byId(handle, job.pipelineId())
        .flatMap(pipeline -> witness.jobMoved(handle, pipeline, job))
        .ifPresent(afterwards::add);
  }

  /** Makes a pipeline; with jobs, they begin at once. */
  Pipeline begin(Pipeline pipeline, List<JobSpec> specs, int projectTimeout) {
    Pipeline made = PipelineStore.insert(handle, pipeline);
    int position = 0;
    for (JobSpec spec : specs) {
      int timeout = spec.timeout().map(time -> (int) time.toSeconds()).orElse(projectTimeout);
      tell(JobStore.insert(handle, made, spec, position++, timeout));
    }
    if (specs.isEmpty()) {
      tell(made, List.of());
    } else {
      settle(made.id());
    }
    return made;
  }

  /** Lets the jobs follow each other, and the pipeline follow its jobs. */
  void settle(long pipelineId) {
    Optional<Pipeline> found = PipelineStore.byId(handle, pipelineId);
    if (found.isEmpty()) {
      return;
    }
    List<Job> jobs = new ArrayList<>(JobStore.latest(handle, pipelineId));
    Map<String, JobStatus> changes = PipelineFlow.next(specs(jobs), states(jobs));
    jobs.replaceAll(
        job -> {
          JobStatus next = changes.get(job.name());
          return next == null ? job : follow(job, next);
        });
    Pipeline before = found.get();
    String status = status(jobs);
    if (!status.equals(before.status())) {
      Pipeline after = before.moved(status, now);
      PipelineStore.update(handle, after);
      tell(after, jobs);
    }
  }

  private Job follow(Job job, JobStatus next) {
    return switch (next) {
      case PENDING -> enqueue(job);
      case MANUAL -> move(job.manual());
      case SCHEDULED -> move(job.scheduled(now.plus(job.spec().startIn().orElse(Duration.ZERO))));
      default -> move(job.over(JobState.of(next), null, null, now));
    };
  }

  /** Makes a job ready for a runner, or lets it wait until its resource group is free. */
  Job enqueue(Job job) {
    boolean busy =
        job.spec()
            .resourceGroup()
            .filter(group -> JobStore.isBusy(handle, job.projectId(), group))
            .isPresent();
    return move(busy ? job.waitingForResource() : job.queued(now));
  }

  private static List<JobSpec> specs(List<Job> jobs) {
    return jobs.stream().map(Job::judged).toList();
  }

  private static String status(List<Job> jobs) {
    boolean canceling = jobs.stream().anyMatch(job -> job.state() == JobState.CANCELING);
    boolean running = jobs.stream().anyMatch(job -> job.state() == JobState.RUNNING);
    return canceling && !running
        ? JobState.CANCELING.word()
        : PipelineFlow.pipelineStatus(specs(jobs), states(jobs));
  }

  private static Map<String, JobStatus> states(List<Job> jobs) {
    Map<String, JobStatus> states = new LinkedHashMap<>();
    jobs.forEach(job -> states.put(job.name(), job.state().flow()));
    return states;
  }

  private void tell(Pipeline pipeline, List<Job> jobs) {
    witness.pipelineMoved(handle, pipeline, jobs).ifPresent(afterwards::add);
  }

  /** Ends a job, and lets the pipeline go on; a failed one is tried again as its file says. */
  Job end(Job job) {
    Job ended = move(job);
    if (ended.state() == JobState.FAILED) {
      String reason = String.valueOf(ended.failureReason());
      if (Retries.again(
          ended.spec(), reason, ended.exitCode(), (int) JobStore.retries(handle, ended))) {
        Job fresh = JobStore.insertAgain(handle, ended, now);
        tell(fresh);
        enqueue(fresh);
      } else {
        cancelByFailure(ended);
      }
    }
    free(ended);
    settle(job.pipelineId());
    return ended;
  }

  private void cancelByFailure(Job failed) {
    Workflow workflow =
        PipelineStore.byId(handle, failed.pipelineId())
            .map(Pipeline::workflow)
            .orElse(Workflow.PLAIN);
    List<Job> jobs = JobStore.latest(handle, failed.pipelineId());
    List<String> names = AutoCancel.byFailure(workflow, failed.judged(), specs(jobs), states(jobs));
    jobs.stream().filter(job -> names.contains(job.name())).forEach(this::cancel);
  }

  /** Lets the next job of its resource group have its turn. */
  private void free(Job job) {
    job.spec()
        .resourceGroup()
        .filter(group -> !JobStore.isBusy(handle, job.projectId(), group))
        .flatMap(group -> JobStore.nextOfGroup(handle, job.projectId(), group))
        .ifPresent(
            next -> {
              move(next.queued(now));
              if (next.pipelineId() != job.pipelineId()) {
                settle(next.pipelineId());
              }
            });
  }

  /** Cancels what a newer pipeline of the ref makes needless. */
  void cancelOlder(Pipeline newer) {
    for (Pipeline older : PipelineStore.olderOpen(handle, newer, now.minus(REDUNDANT_WITHIN))) {
      List<Job> jobs = JobStore.latest(handle, older.id());
      List<String> names = AutoCancel.byNewCommit(older.workflow(), specs(jobs), states(jobs));
      jobs.stream().filter(job -> names.contains(job.name())).forEach(this::cancel);
      settle(older.id());
    }
  }

  /** Puts a new job in the place of that one, and lets those behind it wait for it. */
  Job retry(Job job) {
    Job fresh = JobStore.insertAgain(handle, job, now);
    tell(fresh);
    requeueBehind(job);
    if (job.spec().when() == JobWhen.MANUAL) {
      enqueue(fresh);
    }
    settle(job.pipelineId());
    return JobStore.byId(handle, fresh.id()).orElse(fresh);
  }

  /** Lets those jobs behind it wait again that were skipped because of it. */
  void requeueBehind(Job job) {
    List<Job> jobs = JobStore.latest(handle, job.pipelineId());
    List<String> names = PipelineFlow.afterRequeue(job.name(), specs(jobs), states(jobs));
    jobs.stream()
        .filter(other -> names.contains(other.name()))
        .forEach(other -> JobStore.update(handle, other.again()));
  }

  /** Puts new jobs in the places of those that failed or were canceled; those behind wait again. */
  void retryPipeline(long pipelineId) {
    for (Job job : JobStore.latest(handle, pipelineId)) {
      switch (job.state()) {
        case FAILED, CANCELED -> tell(JobStore.insertAgain(handle, job, now));
        case SKIPPED -> JobStore.update(handle, job.again());
        default -> {
          // It stays as it is.
        }
      }
    }
    settle(pipelineId);
  }

  /** Cancels a job; one that a runner can stop gracefully is first only told to stop. */
  void cancel(Job job) {
    if (job.state() == JobState.RUNNING && job.cancelGracefully()) {
      move(job.canceling());
    } else if (!job.state().isOver() && job.state() != JobState.CANCELING) {
      free(move(job.over(JobState.CANCELED, null, null, now)));
    }
  }
}

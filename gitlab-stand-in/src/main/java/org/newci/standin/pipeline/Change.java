package org.newci.standin.pipeline;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.JobStatus;
import org.newci.standin.ci.PipelineFlow;

/** One transaction that moves jobs and pipelines. Only here do they move. */
public final class Change {

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
    List<Job> jobs = new ArrayList<>(JobStore.ofPipeline(handle, pipelineId));
    List<JobSpec> specs = jobs.stream().map(Job::spec).toList();
    Map<String, JobStatus> changes = PipelineFlow.next(specs, states(jobs));
    jobs.replaceAll(
        job -> {
          JobStatus next = changes.get(job.name());
          return next == null ? job : move(follow(job, JobState.of(next)));
        });
    Pipeline before = found.get();
    String status = status(specs, jobs);
    if (!status.equals(before.status())) {
      Pipeline after = before.moved(status, now);
      PipelineStore.update(handle, after);
      tell(after, jobs);
    }
  }

  private Job follow(Job job, JobState next) {
    return next == JobState.PENDING ? job.queued(now) : job.over(next, null, null, now);
  }

  private static String status(List<JobSpec> specs, List<Job> jobs) {
    boolean canceling = jobs.stream().anyMatch(job -> job.state() == JobState.CANCELING);
    boolean running = jobs.stream().anyMatch(job -> job.state() == JobState.RUNNING);
    return canceling && !running
        ? JobState.CANCELING.word()
        : PipelineFlow.pipelineStatus(specs, states(jobs));
  }

  private static Map<String, JobStatus> states(List<Job> jobs) {
    Map<String, JobStatus> states = new LinkedHashMap<>();
    jobs.forEach(job -> states.put(job.name(), job.state().flow()));
    return states;
  }

  private void tell(Pipeline pipeline, List<Job> jobs) {
    witness.pipelineMoved(handle, pipeline, jobs).ifPresent(afterwards::add);
  }

  /** Ends a job, and lets the pipeline go on. */
  Job end(Job job) {
    Job ended = move(job);
    settle(job.pipelineId());
    return ended;
  }

  /** Cancels a job; one that a runner can stop gracefully is first only told to stop. */
  void cancel(Job job) {
    if (job.state() == JobState.RUNNING && job.cancelGracefully()) {
      move(job.canceling());
    } else if (!job.state().isOver() && job.state() != JobState.CANCELING) {
      move(job.over(JobState.CANCELED, null, null, now));
    }
  }
}

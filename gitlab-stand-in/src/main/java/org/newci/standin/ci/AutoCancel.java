package org.newci.standin.ci;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which jobs of a pipeline are cancelled by themselves ({@code workflow: auto_cancel}). */
public final class AutoCancel {
  private static final Set<JobStatus> NOT_STARTED =
      Set.of(
          JobStatus.CREATED,
          JobStatus.WAITING_FOR_RESOURCE,
          JobStatus.PENDING,
          JobStatus.MANUAL,
          JobStatus.SCHEDULED,
          JobStatus.SKIPPED);

  private AutoCancel() {}

  /**
   * Names of the jobs that a newer pipeline for another commit of the same ref cancels. The caller
   * asks only when the project has {@code auto_cancel_pending_pipelines}, and only for pipelines
   * that are older, not over, and of the last seven days.
   *
   * @param now the state of each job by its name; a job that is not in the map is CREATED
   */
  public static List<String> byNewCommit(
      Workflow workflow, List<JobSpec> jobs, Map<String, JobStatus> now) {
    return switch (workflow.onNewCommit()) {
      case NONE -> List.of();
      case INTERRUPTIBLE ->
          jobs.stream()
              .filter(job -> job.interruptible() && isOpen(job, now))
              .map(JobSpec::name)
              .toList();
      case CONSERVATIVE -> {
        boolean mayStop =
            jobs.stream().allMatch(job -> job.interruptible() || hasNotStarted(job, now));
        yield mayStop ? open(jobs, now) : List.of();
      }
    };
  }

  /**
   * Names of the jobs that the failure of a job cancels.
   *
   * @param failed a job that has failed for good and may not fail
   */
  public static List<String> byFailure(
      Workflow workflow, JobSpec failed, List<JobSpec> jobs, Map<String, JobStatus> now) {
    return workflow.onJobFailure() == Workflow.OnJobFailure.NONE || failed.allowFailure()
        ? List.of()
        : open(jobs, now);
  }

  private static List<String> open(List<JobSpec> jobs, Map<String, JobStatus> now) {
    return jobs.stream().filter(job -> isOpen(job, now)).map(JobSpec::name).toList();
  }

  private static boolean isOpen(JobSpec job, Map<String, JobStatus> now) {
    return !now.getOrDefault(job.name(), JobStatus.CREATED).isOver();
  }

  private static boolean hasNotStarted(JobSpec job, Map<String, JobStatus> now) {
    return NOT_STARTED.contains(now.getOrDefault(job.name(), JobStatus.CREATED));
  }
}

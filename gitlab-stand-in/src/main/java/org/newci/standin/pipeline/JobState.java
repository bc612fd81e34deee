package org.newci.standin.pipeline;

import java.util.Locale;
import org.newci.standin.ci.JobStatus;

/** The states of a job; a job that is being cancelled still runs, as far as the others see. */
public enum JobState {
  CREATED(JobStatus.CREATED),
  WAITING_FOR_RESOURCE(JobStatus.WAITING_FOR_RESOURCE),
  PENDING(JobStatus.PENDING),
  RUNNING(JobStatus.RUNNING),
  CANCELING(JobStatus.RUNNING),
  SUCCESS(JobStatus.SUCCESS),
  FAILED(JobStatus.FAILED),
  CANCELED(JobStatus.CANCELED),
  SKIPPED(JobStatus.SKIPPED),
  MANUAL(JobStatus.MANUAL),
  SCHEDULED(JobStatus.SCHEDULED);

  private final JobStatus flow;

  JobState(JobStatus flow) {
    this.flow = flow;
  }

  /** As the rules of the pipeline see it. */
  JobStatus flow() {
    return flow;
  }

  static JobState of(JobStatus status) {
    return valueOf(status.name());
  }

  /** GitLab's word. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static JobState ofWord(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** Whether a runner has it. */
  public boolean isWithRunner() {
    return this == RUNNING || this == CANCELING;
  }

  /** Whether nothing follows any more. */
  public boolean isOver() {
    return flow.isOver();
  }
}

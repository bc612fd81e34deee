package org.newci.contracts.vcs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /projects/ID/pipelines/PID}.
 *
 * @param status GitLab's status word: {@code pending}, {@code running}, {@code success}, …
 * @param yamlErrors why the CI file was refused, when it was
 * @param jobs the latest run of each job, in order of id
 * @param tests what the jobs' JUnit reports say, once the pipeline is over; absent without any
 */
public record PipelineView(
    long id,
    String status,
    @Nullable String webUrl,
    @Nullable String yamlErrors,
    List<Job> jobs,
    @Nullable TestCounts tests) {

  /** One without reports. */
  public PipelineView(
      long id,
      String status,
      @Nullable String webUrl,
      @Nullable String yamlErrors,
      List<Job> jobs) {
    this(id, status, webUrl, yamlErrors, jobs, null);
  }

  /**
   * One job of the pipeline.
   *
   * @param exitCode exit code of the failing command, when the runner told it
   * @param failureReason GitLab's word for why it failed
   * @param startedAt GitLab's time of the start; absent while it has not started
   */
  public record Job(
      long id,
      String name,
      String stage,
      String status,
      @Nullable Integer exitCode,
      @Nullable String failureReason,
      boolean allowFailure,
      @Nullable String startedAt) {}
}

package org.newci.controller.build;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.TestCounts;

/** What the steps of a build found out so far; each is pinned once and never replaced. */
public record Found(
    @Nullable Source source,
    @Nullable Pipeline pipeline,
    @Nullable Artifact artifact,
    @Nullable String url) {

  /** Nothing yet. */
  public static final Found NOTHING = new Found(null, null, null, null);

  /**
   * The commit, and where it lies in GitLab.
   *
   * @param floor pipelines with this id or a lower one are not of this push
   */
  public record Source(long projectId, String path, String commit, long floor) {}

  /**
   * The pipeline of this build.
   *
   * @param status GitLab's word
   * @param idle set while jobs wait for a runner and none runs
   * @param tests what its JUnit reports say, once it is over
   */
  public record Pipeline(
      long id,
      String status,
      @Nullable String url,
      @Nullable Idle idle,
      @Nullable TestCounts tests) {

    /** One that has only just been seen. */
    public Pipeline(long id, String status, @Nullable String url, @Nullable Idle idle) {
      this(id, status, url, idle, null);
    }
  }

  /**
   * That no runner takes these jobs.
   *
   * @param jobs their names, for a sentence
   */
  public record Idle(Instant since, String jobs) {}

  /**
   * The bytes that this build deploys.
   *
   * @param sha256 64 hex digits
   * @param size in bytes
   * @param sequence order of this deployment among all
   */
  public record Artifact(String sha256, long size, String job, String path, long sequence) {}

  Found with(Source given) {
    return new Found(given, pipeline, artifact, url);
  }

  Found with(Pipeline given) {
    return new Found(source, given, artifact, url);
  }

  Found with(Artifact given) {
    return new Found(source, pipeline, given, url);
  }

  Found servedAt(String given) {
    return new Found(source, pipeline, artifact, given);
  }
}

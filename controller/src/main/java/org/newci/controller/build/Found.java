package org.newci.controller.build;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.TestCounts;

/**
 * What the steps of a build found out so far; each is pinned once and never replaced.
 *
 * @param deployBegun since when the deploy worker may have been asked; null while it surely was not
 */
public record Found(
    @Nullable Source source,
    @Nullable Pipeline pipeline,
    @Nullable Artifact artifact,
    @Nullable String url,
    List<Artifact> also,
    @Nullable Instant deployBegun) {

  /** Nothing yet. */
  public static final Found NOTHING = new Found(null, null, null, null, List.of(), null);

  /** Builds of one artifact wrote no others. */
  @SuppressWarnings("NullAway") // Jackson gives null for a member that is not there.
  public Found {
    also = also == null ? List.of() : List.copyOf(also);
  }

  /** All artifacts, in the order in which they were asked for. */
  public List<Artifact> artifacts() {
    if (artifact == null) {
      return List.of();
    }
    List<Artifact> all = new ArrayList<>();
    all.add(artifact);
    all.addAll(also);
    return all;
  }

  /**
   * The commit, and where it lies in GitLab.
   *
   * @param floor pipelines with this id or a lower one are not of this push
   * @param ref full name of the ref that was resolved; null for a commit
   */
  public record Source(
      long projectId, String path, String commit, long floor, @Nullable String ref) {}

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
   * @param job null when a job uploaded them by itself: nobody knows which
   * @param sequence order of this deployment among all
   */
  public record Artifact(
      String sha256, long size, @Nullable String job, String path, long sequence) {}

  Found with(Source given) {
    return new Found(given, pipeline, artifact, url, also, deployBegun);
  }

  Found with(Pipeline given) {
    return new Found(source, given, artifact, url, also, deployBegun);
  }

  /** With these artifacts, at least one. */
  Found with(List<Artifact> given) {
    return new Found(
        source, pipeline, given.getFirst(), url, given.subList(1, given.size()), deployBegun);
  }

  Found servedAt(String given) {
    return new Found(source, pipeline, artifact, given, also, deployBegun);
  }

  Found deployBegun(Instant at) {
    return new Found(source, pipeline, artifact, url, also, at);
  }
}

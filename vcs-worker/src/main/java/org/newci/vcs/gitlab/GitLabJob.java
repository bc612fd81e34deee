package org.newci.vcs.gitlab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this worker reads of a job (GitLab: API, Jobs).
 *
 * @param exitCode not in GitLab's documentation, but told by some servers
 * @param artifactsFile the zip of its artifacts, when it has one
 * @param artifacts all that it has, reports too
 */
public record GitLabJob(
    long id,
    String name,
    String stage,
    String status,
    @Nullable Integer exitCode,
    @Nullable String failureReason,
    boolean allowFailure,
    @Nullable String startedAt,
    @JsonProperty("artifacts_file") @Nullable ArtifactsFile artifactsFile,
    @Nullable List<Upload> artifacts) {

  /** Anything that its runner sent: the archive, the log, a report. */
  public record Upload(@Nullable String fileType) {}

  /**
   * The zip.
   *
   * @param size bytes
   */
  public record ArtifactsFile(@Nullable String filename, @Nullable Long size) {}

  /** True when it sent a JUnit report. */
  public boolean hasTestReport() {
    return artifacts != null
        && artifacts.stream().anyMatch(upload -> "junit".equals(upload.fileType()));
  }

  /** True when there is a zip to load. */
  public boolean hasArtifacts() {
    return artifactsFile != null && artifactsFile.filename() != null;
  }
}

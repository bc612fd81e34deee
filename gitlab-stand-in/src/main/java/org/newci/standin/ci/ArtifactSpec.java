package org.newci.standin.ci;

import java.util.List;
import java.util.Map;

/**
 * What a job leaves behind.
 *
 * @param name of the archive without {@code .zip}; may hold variables; empty when the file names
 *     none (GitLab then says {@code artifacts.zip})
 * @param files what goes into the archive; there is none when both parts are empty
 * @param expireIn as the file has it ({@code 1 week}, {@code never}); empty when it says nothing
 * @param access who may download: {@code all}, {@code developer}, {@code maintainer}, {@code none}
 * @param reports paths by the kind of report ({@code junit}, {@code dotenv} …)
 */
public record ArtifactSpec(
    String name,
    Files files,
    ArtifactWhen when,
    String expireIn,
    String access,
    Map<String, List<String>> reports) {

  /** Globs relative to the project, and whether files that git does not track come along. */
  public record Files(List<String> paths, List<String> exclude, boolean untracked) {
    static final Files NONE = new Files(List.of(), List.of(), false);

    public Files {
      paths = List.copyOf(paths);
      exclude = List.copyOf(exclude);
    }
  }

  public ArtifactSpec {
    reports = Map.copyOf(reports);
  }

  /** What says that there is nothing. */
  static final ArtifactSpec NONE =
      new ArtifactSpec("", Files.NONE, ArtifactWhen.ON_SUCCESS, "", "all", Map.of());

  boolean leavesAnything() {
    return hasArchive() || !reports.isEmpty();
  }

  public List<String> paths() {
    return files.paths();
  }

  /** Whether an archive is uploaded; there may be reports without one. */
  public boolean hasArchive() {
    return files.untracked() || !files.paths().isEmpty();
  }
}

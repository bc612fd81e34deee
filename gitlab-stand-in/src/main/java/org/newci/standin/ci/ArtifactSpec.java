package org.newci.standin.ci;

import java.util.List;

/**
 * What a job leaves behind.
 *
 * @param name of the archive without {@code .zip}; may hold variables; empty when the file names
 *     none (GitLab then says {@code artifacts.zip})
 * @param paths globs relative to the project; never empty
 */
public record ArtifactSpec(String name, List<String> paths, ArtifactWhen when) {
  public ArtifactSpec {
    paths = List.copyOf(paths);
  }
}

package org.newci.vcs.gitlab;

import org.jspecify.annotations.Nullable;

/**
 * What this worker reads of a project (GitLab: API, Projects).
 *
 * @param markedForDeletionOn set when the project only waits to be removed
 * @param httpUrlToRepo where jobs fetch it, which need not be where this worker does
 */
public record GitLabProject(
    long id,
    String pathWithNamespace,
    @Nullable String markedForDeletionOn,
    @Nullable String markedForDeletionAt,
    @Nullable String httpUrlToRepo) {

  /** True when it waits to be removed. */
  public boolean isMarked() {
    return markedForDeletionOn != null || markedForDeletionAt != null;
  }
}

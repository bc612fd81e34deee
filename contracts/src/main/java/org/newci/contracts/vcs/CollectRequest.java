package org.newci.contracts.vcs;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /collect}: move one artifact of a pipeline from GitLab to the store.
 *
 * @param artifact path inside a job's artifacts, or a file name that occurs once among them
 * @param maxBytes a larger artifact is refused; absent for the worker's own limit
 * @param grant the store's leave for this one upload (secret of {@code POST /grants}); the worker
 *     has no other
 */
public record CollectRequest(
    long projectId,
    long pipelineId,
    @Nullable String artifact,
    @Nullable String build,
    @Nullable Long fence,
    @Nullable Long maxBytes,
    @Nullable String grant) {

  /** The same with that leave. */
  public CollectRequest with(String secret) {
    return new CollectRequest(projectId, pipelineId, artifact, build, fence, maxBytes, secret);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "CollectRequest[%s of pipeline %d for build %s]".formatted(artifact, pipelineId, build);
  }
}

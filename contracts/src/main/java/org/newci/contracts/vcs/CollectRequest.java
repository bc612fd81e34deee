package org.newci.contracts.vcs;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /collect}: move one artifact of a pipeline from GitLab to the store.
 *
 * @param artifact path inside a job's artifacts, or a file name that occurs once among them
 * @param maxBytes a larger artifact is refused; absent for the worker's own limit
 */
public record CollectRequest(
    long projectId,
    long pipelineId,
    @Nullable String artifact,
    @Nullable String build,
    @Nullable Integer attempt,
    @Nullable Long fence,
    @Nullable Long maxBytes) {}

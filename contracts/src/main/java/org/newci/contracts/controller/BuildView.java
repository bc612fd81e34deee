package org.newci.contracts.controller;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /builds/ID}.
 *
 * @param submitter subject of the token that posted it
 * @param commit full commit id, pinned at the first resolution of the ref
 * @param artifactDigest {@code sha256:HEX} of the pinned artifact
 * @param url where the artifact is served once deployed
 * @param retryOf id of the build that this one repeats
 * @param artifacts all of several; absent for a single one, which the fields before tell
 */
public record BuildView(
    String id,
    String repo,
    String ref,
    @Nullable String artifact,
    @Nullable String publishedName,
    String submitter,
    String state,
    @Nullable String outcome,
    String sentence,
    @Nullable String commit,
    @Nullable PipelineRef pipeline,
    @Nullable String artifactDigest,
    @Nullable String url,
    @Nullable String retryOf,
    List<StepView> steps,
    Instant createdAt,
    @Nullable Instant finishedAt,
    @Nullable List<Item> artifacts) {

  /**
   * One of several artifacts.
   *
   * @param artifactDigest {@code sha256:HEX}, once it is collected
   */
  public record Item(String artifact, String publishedName, @Nullable String artifactDigest) {}
}

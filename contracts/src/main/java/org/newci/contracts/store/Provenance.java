package org.newci.contracts.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of a blob come from: body of {@code PUT /blobs/sha256:HEX/provenance}.
 *
 * @param repo URL of the source repository
 * @param ref branch, tag or commit that was asked for
 * @param commit full commit id
 * @param build id of the build that made it
 * @param pipeline GitLab's id of the pipeline
 * @param job name of the job; absent when a job uploaded it by itself: nobody knows which
 * @param path path among the job's artifacts, or as it was asked for
 * @param recorded when the store wrote it down; the store's own
 */
public record Provenance(
    @Nullable String repo,
    @Nullable String ref,
    @Nullable String commit,
    @Nullable String build,
    @Nullable Long pipeline,
    @Nullable String job,
    @Nullable String path,
    @Nullable Instant recorded) {}

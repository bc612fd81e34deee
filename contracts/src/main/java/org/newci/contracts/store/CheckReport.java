package org.newci.contracts.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /check}: how the last check of all bytes went, or goes.
 *
 * @param state {@code never}, {@code running}, {@code done} or {@code failed}
 * @param blobs looked at so far
 * @param bytes hashed so far
 * @param damaged digests whose bytes hash to something else, at most 1000
 * @param missing digests without their bytes, at most 1000
 * @param orphans files that no digest in the index has, at most 1000
 * @param removed orphans that were removed
 */
public record CheckReport(
    String state,
    @Nullable Instant started,
    @Nullable Instant ended,
    long blobs,
    long bytes,
    List<String> damaged,
    List<String> missing,
    List<String> orphans,
    long removed) {}

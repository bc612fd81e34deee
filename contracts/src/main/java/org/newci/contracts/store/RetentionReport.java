package org.newci.contracts.store;

import java.time.Instant;
import java.util.List;

/**
 * Answer to {@code POST /retention}.
 *
 * @param removed blobs that went, or would
 * @param bytes that they had
 * @param logs that went, or would
 * @param keptPinned old enough, but pinned
 * @param keptInUse old enough, but among {@code keep}
 * @param examples digests and logs that went, at most 100
 */
public record RetentionReport(
    boolean dryRun,
    Instant at,
    long removed,
    long bytes,
    long logs,
    long keptPinned,
    long keptInUse,
    List<String> examples) {}

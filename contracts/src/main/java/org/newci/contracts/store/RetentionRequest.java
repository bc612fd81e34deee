package org.newci.contracts.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /retention}. A kind without an age is kept for ever.
 *
 * @param dryRun true to remove nothing and say what would be
 * @param artifactDays age from which blobs with a provenance go
 * @param uploadDays age from which blobs without one go
 * @param logDays age from which logs go
 * @param keep digests (64 hex digits) that stay: what is deployed, or about to be
 */
public record RetentionRequest(
    boolean dryRun,
    @Nullable Integer artifactDays,
    @Nullable Integer uploadDays,
    @Nullable Integer logDays,
    @Nullable List<String> keep) {}

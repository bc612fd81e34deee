package org.newci.contracts.controller;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;

/**
 * Answer to {@code GET /store/retention}: what is removed by itself, and what was last.
 *
 * @param everySeconds the period; absent when nothing is removed by itself
 * @param rules ages by kind
 * @param ranAt when it ran last, since the controller started
 * @param report of that run, when it succeeded
 * @param failure why it removed nothing, when it did not
 */
public record RetentionView(
    @Nullable Long everySeconds,
    RetentionRequest rules,
    @Nullable Instant ranAt,
    @Nullable RetentionReport report,
    @Nullable String failure) {}

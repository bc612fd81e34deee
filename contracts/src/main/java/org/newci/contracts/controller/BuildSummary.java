package org.newci.contracts.controller;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code builds} in {@code GET /status}: the three fields as they were asked for, and
 * how the build stands.
 *
 * @param state {@code queued}, {@code mirroring}, {@code building}, {@code collecting}, {@code
 *     held}, {@code deploying} or {@code finished}
 * @param outcome {@code succeeded}, {@code failed}, {@code cancelled} or {@code timed out}; absent
 *     until finished
 * @param sentence what is going on, or how it ended, for a person
 */
public record BuildSummary(
    String repo,
    String ref,
    @Nullable String artifact,
    String state,
    @Nullable String outcome,
    String sentence,
    Instant createdAt) {}

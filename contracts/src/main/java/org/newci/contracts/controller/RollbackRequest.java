package org.newci.contracts.controller;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /rollback}.
 *
 * @param environment where; {@code test} when absent
 * @param name the published file
 * @param to id of a build, or {@code sha256:HEX}; what was served just before when absent
 * @param why a sentence
 */
public record RollbackRequest(
    @Nullable String environment,
    @Nullable String name,
    @Nullable String to,
    @Nullable String why) {}

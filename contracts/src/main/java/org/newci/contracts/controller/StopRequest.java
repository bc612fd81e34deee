package org.newci.contracts.controller;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /stop} and {@code POST /resume}.
 *
 * @param reason why, for people; {@code POST /resume} does without
 * @param environment which environment; all of them when absent
 */
public record StopRequest(@Nullable String reason, @Nullable String environment) {}

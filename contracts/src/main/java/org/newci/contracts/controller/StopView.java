package org.newci.contracts.controller;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Deployments that are stopped.
 *
 * @param environment absent for all environments
 * @param by subject of the token that stopped them
 */
public record StopView(@Nullable String environment, String reason, String by, Instant since) {}

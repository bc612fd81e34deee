package org.newci.contracts.controller;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deployments that are stopped.
 *
 * @param environment absent for all environments
 * @param by subject of the token that stopped them
 * @param goingOn in the answer to {@code POST /stop}: ids of builds whose deployment had begun
 *     before and ends by itself; absent where there are none
 */
public record StopView(
    @Nullable String environment,
    String reason,
    String by,
    Instant since,
    @Nullable List<String> goingOn) {}

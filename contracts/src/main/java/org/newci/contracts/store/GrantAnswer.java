package org.newci.contracts.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code POST /grants} and {@code POST /grants/ID/seal}.
 *
 * @param secret bearer token of {@code PUT /uploads}; told once
 * @param state {@code open}, {@code used} or {@code sealed}
 * @param sha256 64 hex digits of what was put
 */
public record GrantAnswer(
    String id,
    @Nullable String secret,
    String name,
    String build,
    String state,
    Instant expires,
    @Nullable String sha256) {}

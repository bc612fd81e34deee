package org.newci.store.grant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever has its secret put one blob.
 *
 * @param bytes that the blob may have
 * @param state {@code open}, {@code used} or {@code sealed}
 * @param sha256 64 hex digits of what was put
 */
record Grant(
    String id,
    String name,
    String build,
    long bytes,
    Instant expires,
    String state,
    @Nullable String sha256) {

  static final String OPEN = "open";
}

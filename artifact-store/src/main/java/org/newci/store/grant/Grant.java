package org.newci.store.grant;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever has its secret put one blob.
 *
 * @param alias a second name that the same bytes get
 * @param bytes that the blob may have
 * @param state {@code open}, {@code used} or {@code sealed}
 * @param sha256 64 hex digits of what was put
 */
record Grant(
    String id,
    String name,
    @Nullable String alias,
    String build,
    long bytes,
    Instant expires,
    String state,
    @Nullable String sha256) {

  /** A grant that nothing was put by yet. */
  static final String OPEN = "open";

  /** A grant that nothing can be put by any more. */
  static final String SEALED = "sealed";
}

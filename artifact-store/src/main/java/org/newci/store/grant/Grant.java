package org.newci.store.grant;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Lets whoever has its secret put one blob.
 *
 * @param alias a second name that the same bytes get at its seal
 * @param bytes that the blob may have
 * @param state {@code open}, {@code used} or {@code sealed}
 * @param sha256 64 hex digits of what was put
 * @param size bytes of what was put; null also when they are not there any more
 */
record Grant(
    String id,
    String name,
    @Nullable String alias,
    String build,
    long bytes,
    Instant expires,
    String state,
    @Nullable String sha256,
    @Nullable Long size) {

  /** A grant that nothing was put by yet. */
  static final String OPEN = "open";

  /** A grant that nothing can be put by any more. */
  static final String SEALED = "sealed";

  /** True if it is for the same as that one. */
  boolean isFor(Grant other) {
    return name.equals(other.name)
        && build.equals(other.build)
        && Objects.equals(alias, other.alias);
  }

  boolean isSealed() {
    return state.equals(SEALED);
  }
}

package org.newci.contracts.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code POST /grants} and {@code POST /grants/ID/seal}.
 *
 * @param secret bearer token of {@code PUT /uploads}; absent once nothing can be put any more
 * @param state {@code open}, {@code used} or {@code sealed}
 * @param sha256 64 hex digits of what was put
 * @param size bytes of what was put; absent when they are not there any more
 */
public record GrantAnswer(
    String id,
    @Nullable String secret,
    String name,
    String build,
    String state,
    Instant expires,
    @Nullable String sha256,
    @Nullable Long size) {

  /** Without the secret. */
  @Override
  public String toString() {
    return "GrantAnswer[%s for '%s', %s]".formatted(id, name, state);
  }
}

package org.newci.vcs.source;

import java.time.Duration;

/**
 * How long a source may keep us.
 *
 * @param connect for a connection (git:// has only {@code read} for it)
 * @param read without a byte
 * @param whole for everything
 */
public record FetchLimits(Duration connect, Duration read, Duration whole) {

  /** 10 s, 30 s, 15 min. */
  public static final FetchLimits DEFAULT =
      new FetchLimits(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(15));
}

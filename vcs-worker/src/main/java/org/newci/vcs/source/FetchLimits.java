package org.newci.vcs.source;

import java.time.Duration;

/**
 * How much a source may take of us.
 *
 * @param connect for a connection
 * @param read without a byte
 * @param whole for everything
 * @param bytes that it may send at once
 */
public record FetchLimits(Duration connect, Duration read, Duration whole, long bytes) {

  /** 8 GiB. */
  public static final long DEFAULT_BYTES = 8L * 1024 * 1024 * 1024;

  /** 10 s, 30 s, 15 min, 8 GiB. */
  public static final FetchLimits DEFAULT =
      new FetchLimits(
          Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMinutes(15), DEFAULT_BYTES);

  /** The usual number of bytes. */
  public FetchLimits(Duration connect, Duration read, Duration whole) {
    this(connect, read, whole, DEFAULT_BYTES);
  }

  /** The same with another number of bytes. */
  public FetchLimits withBytes(long most) {
    return new FetchLimits(connect, read, whole, most);
  }
}

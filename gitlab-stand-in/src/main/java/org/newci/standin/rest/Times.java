package org.newci.standin.rest;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times as GitLab writes them. */
public final class Times {

  private static final DateTimeFormatter REST =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HOOK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Times() {}

  /** {@code 2016-11-04T09:36:13.747Z}. */
  public static @Nullable String rest(@Nullable Instant time) {
    return time == null ? null : REST.format(time);
  }

  /** {@code 2016-08-12 15:23:28 UTC}. */
  public static @Nullable String hook(@Nullable Instant time) {
    return time == null ? null : HOOK.format(time);
  }

  /** Seconds between two times, when both are known. */
  public static @Nullable Double seconds(@Nullable Instant from, @Nullable Instant to) {
    return from == null || to == null
        ? null
        : Math.max(0, to.toEpochMilli() - from.toEpochMilli()) / 1000.0;
  }

  /** From milliseconds of the database. */
  public static @Nullable Instant ofMillis(@Nullable Long millis) {
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }
}

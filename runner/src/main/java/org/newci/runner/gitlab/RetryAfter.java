package org.newci.runner.gitlab;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * How long a server asks to be left alone: {@code RateLimit-ResetTime}, a date of RFC 1123, or else
 * {@code Retry-After} in seconds (RFC 9110, 10.2.3).
 */
public final class RetryAfter {

  private static final Duration MOST = Duration.ofMinutes(10);

  private RetryAfter() {}

  /** The time from now on, not more than ten minutes; zero when it asks for none. */
  public static Duration of(Response response) {
    return RunnerApi.mayPass(response.code())
        ? of(
            response.header("RateLimit-ResetTime"),
            response.header("Retry-After"),
            Instant.now(java.time.Clock.systemUTC()))
        : Duration.ZERO;
  }

  static Duration of(@Nullable String resetTime, @Nullable String seconds, Instant now) {
    Duration wait = Duration.ZERO;
    if (resetTime != null) {
      try {
        String date = resetTime.strip().replaceFirst(" (UTC|Z)$", " GMT");
        wait =
            Duration.between(
                now,
                ZonedDateTime.parse(
                        date, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant());
      } catch (DateTimeParseException e) {
        // As if it were not there.
      }
    }
    if (wait.isZero() && seconds != null && seconds.strip().matches("[0-9]{1,9}")) {
      wait = Duration.ofSeconds(Long.parseLong(seconds.strip()));
    }
    return wait.isNegative() ? Duration.ZERO : wait.compareTo(MOST) > 0 ? MOST : wait;
  }
}

package org.newci.standin.ci;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: "1h 30m", "2 minutes", "90s", "1 hour and 5 min", "3600". */
public final class ChronicDuration {
  private static final Pattern PART =
      Pattern.compile("\\s*(?:,|\\band\\b)?\\s*(\\d{1,9}(?:\\.\\d{1,3})?)\\s*([a-z]*)");

  private ChronicDuration() {}

  /** The duration, to the second, or nothing when the text is none or comes to zero. */
  public static Optional<Duration> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT).strip();
    if (lower.length() > 100) {
      return Optional.empty();
    }
    Matcher part = PART.matcher(lower);
    double seconds = 0;
    int end = 0;
    while (end < lower.length()) {
      part.region(end, lower.length());
      if (!part.lookingAt()) {
        return Optional.empty();
      }
      long unit = unit(part.group(2));
      if (unit == 0) {
        return Optional.empty();
      }
      seconds += Double.parseDouble(part.group(1)) * unit;
      end = part.end();
    }
    return seconds < 1 ? Optional.empty() : Optional.of(Duration.ofSeconds((long) seconds));
  }

  /** Seconds of this unit; 0 when there is none of that name. A month has 30 days. */
  private static long unit(String name) {
    return switch (name) {
      case "", "s", "sec", "secs", "second", "seconds" -> 1;
      case "m", "min", "mins", "minute", "minutes" -> 60;
      case "h", "hr", "hrs", "hour", "hours" -> 3_600;
      case "d", "day", "days" -> 86_400;
      case "w", "wk", "wks", "week", "weeks" -> 604_800;
      case "mo", "mos", "month", "months" -> 2_592_000;
      case "y", "yr", "yrs", "year", "years" -> 31_536_000;
      default -> 0;
    };
  }
}

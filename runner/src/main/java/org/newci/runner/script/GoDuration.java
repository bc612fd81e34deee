package org.newci.runner.script;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as Go writes them, for variables of gitlab-runner such as RUNNER_AFTER_SCRIPT_TIMEOUT. */
public final class GoDuration {

  private static final Pattern WHOLE = Pattern.compile("([0-9]{1,6}(h|m|s|ms))+");
  private static final Pattern PART = Pattern.compile("([0-9]{1,6})(h|ms|m|s)");

  private GoDuration() {}

  /** The time that the text names, such as {@code 1h30m}; the other one when it names none. */
  public static Duration of(String text, Duration otherwise) {
    if (!WHOLE.matcher(text).matches()) {
      return otherwise;
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      long count = Long.parseLong(part.group(1));
      sum =
          switch (part.group(2)) {
            case "h" -> sum.plusHours(count);
            case "m" -> sum.plusMinutes(count);
            case "s" -> sum.plusSeconds(count);
            default -> sum.plusMillis(count);
          };
    }
    return sum;
  }
}

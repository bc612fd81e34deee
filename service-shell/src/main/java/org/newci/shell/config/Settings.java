package org.newci.shell.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a component's settings from environment variables and reports every mistake at once: read
 * all of them, then call {@link #check}.
 */
public final class Settings {

  private final Map<String, String> env;
  private final List<String> mistakes = new ArrayList<>();

  public Settings(Map<String, String> env) {
    this.env = Map.copyOf(env);
  }

  /** The text of that variable, or the fallback. */
  public String text(String name, String fallback) {
    String value = env.get(name);
    return value == null || value.isBlank() ? fallback : value;
  }

  /** The text of that variable, if it is set. */
  public @Nullable String textIfSet(String name) {
    String value = env.get(name);
    return value == null || value.isBlank() ? null : value;
  }

  /** A folder or file that must be named. */
  public Path path(String name) {
    return required(name, Path::of, Path.of(""), "a path");
  }

  /** A URL that must be named. */
  public URI url(String name) {
    return required(name, Settings::httpUrl, URI.create("http://unset.invalid"), "an http(s) URL");
  }

  /** A whole number. */
  public long number(String name, long fallback) {
    return optional(name, Long::valueOf, fallback, "a whole number");
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean fallback) {
    return optional(
        name,
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new IllegalArgumentException(text);
            },
        fallback,
        "true or false");
  }

  /** A length of time: {@code 90s}, {@code 15m}, {@code 1h}, or ISO-8601 such as {@code PT15M}. */
  public Duration duration(String name, Duration fallback) {
    return optional(name, Settings::parseDuration, fallback, "a time such as 90s, 15m or 1h");
  }

  /** Parses {@code 90s}, {@code 15m}, {@code 1h}, {@code 2d} or ISO-8601. */
  public static Duration parseDuration(String text) {
    try {
      return text.startsWith("P")
          ? Duration.parse(text)
          : Duration.parse(
              text.endsWith("d")
                  ? "P" + text.toUpperCase(java.util.Locale.ROOT)
                  : "PT" + text.toUpperCase(java.util.Locale.ROOT));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "time '%s' (expected such as 90s, 15m, 1h or 2d)".formatted(text), e);
    }
  }

  /** Throws one exception that names every variable that was missing or wrong. */
  public void check() {
    if (!mistakes.isEmpty()) {
      throw new IllegalArgumentException("Settings: " + String.join("; ", mistakes) + ".");
    }
  }

  private static URI httpUrl(String text) {
    URI uri = URI.create(text);
    if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }

  private <T> T required(String name, Function<String, T> parse, T placeholder, String expected) {
    if (textIfSet(name) == null) {
      mistakes.add("%s is missing (expected %s)".formatted(name, expected));
      return placeholder;
    }
    return optional(name, parse, placeholder, expected);
  }

  private <T> T optional(String name, Function<String, T> parse, T fallback, String expected) {
    String value = textIfSet(name);
    if (value == null) {
      return fallback;
    }
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      mistakes.add("%s is '%s' (expected %s)".formatted(name, value, expected));
      return fallback;
    }
  }
}

package org.newci.controller.build;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Clock;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Id of a build: a ULID (github.com/ulid/spec) in lower case, so that ids sort by time and cannot
 * be guessed.
 */
public record BuildId(@JsonValue String text) implements Comparable<BuildId> {

  private static final Pattern SHAPE = Pattern.compile("[0-7][0-9a-hjkmnp-tv-z]{25}");
  private static final String CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz";

  @JsonCreator
  public BuildId {
    if (!SHAPE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "build id: '%s' (expected 26 characters of a ULID in lower case)".formatted(text));
    }
  }

  /** The id of that text, if it is one. */
  public static Optional<BuildId> parse(String text) {
    return SHAPE.matcher(text).matches() ? Optional.of(new BuildId(text)) : Optional.empty();
  }

  /** A fresh id: 48 bits of time in milliseconds, 80 random bits. */
  public static BuildId fresh(Clock clock, RandomGenerator random) {
    char[] text = new char[26];
    long millis = clock.millis();
    for (int i = 9; i >= 0; i--) {
      text[i] = CROCKFORD.charAt((int) (millis & 31));
      millis >>>= 5;
    }
    for (int i = 10; i < 26; i++) {
      text[i] = CROCKFORD.charAt(random.nextInt(32));
    }
    return new BuildId(new String(text));
  }

  @Override
  public int compareTo(BuildId other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}

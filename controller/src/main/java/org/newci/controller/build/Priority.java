package org.newci.controller.build;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How urgent a build is; of two that may start the more urgent one does. */
public enum Priority {
  HIGH(0),
  NORMAL(1),
  LOW(2);

  private final int place;

  Priority(int place) {
    this.place = place;
  }

  /** As it is kept: the lower number is the more urgent one. */
  public int place() {
    return place;
  }

  /** The one that is kept as that number. */
  public static Priority at(int place) {
    return Arrays.stream(values()).filter(each -> each.place == place).findFirst().orElse(NORMAL);
  }

  /** As it is written: {@code high}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of that word, if there is one. */
  public static Optional<Priority> of(String word) {
    return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst();
  }

  @JsonCreator
  static Priority parse(String word) {
    return of(word).orElseThrow();
  }
}

package org.newci.standin.member;

import java.util.Optional;
import java.util.stream.Stream;

/** GitLab's levels, lowest first (docs: api/access_requests). */
public enum AccessLevel {
  NONE(0),
  MINIMAL(5),
  GUEST(10),
  PLANNER(15),
  REPORTER(20),
  DEVELOPER(30),
  MAINTAINER(40),
  OWNER(50);

  private final int number;

  AccessLevel(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  public boolean atLeast(AccessLevel other) {
    return number >= other.number;
  }

  /** The level of that number, if it is one. */
  public static Optional<AccessLevel> of(int number) {
    return Stream.of(values()).filter(level -> level.number == number).findFirst();
  }
}

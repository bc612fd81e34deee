package org.newci.store.log;

/** The id of the build whose log it is: 1 to 64 of {@code a-z 0-9 - _}. */
public record LogName(String value) {

  public LogName {
    // Lower case only: also on a file system that does not tell cases apart, ids stay apart.
    if (!value.matches("[a-z0-9_-]{1,64}")) {
      String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
      throw new IllegalArgumentException(
          "The build id '%s' is refused: expected 1 to 64 of a-z, 0-9, - and _.".formatted(shown));
    }
  }
}

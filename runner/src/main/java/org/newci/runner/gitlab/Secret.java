package org.newci.runner.gitlab;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A token or password, safe to print. */
public record Secret(@JsonValue String reveal) {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Secret {}

  @Override
  public String toString() {
    return "[secret]";
  }
}

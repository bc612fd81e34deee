package org.newci.controller.build;

import java.util.Locale;

/** How a build ended. */
public enum Outcome {
  SUCCEEDED,
  FAILED,
  CANCELLED,
  TIMED_OUT;

  /** As people read it: {@code timed out}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

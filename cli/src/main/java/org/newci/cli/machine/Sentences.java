package org.newci.cli.machine;

import org.jspecify.annotations.Nullable;

/** What to tell a person about an exception. */
public final class Sentences {

  private Sentences() {}

  /** Its message, with what caused it where the message does not say. */
  public static String of(@Nullable Throwable failure) {
    if (failure == null) {
      return "no reason was given";
    }
    String message = failure.getMessage();
    Throwable cause = failure.getCause();
    if (message == null) {
      return cause == null ? failure.getClass().getSimpleName() : of(cause);
    }
    String why = cause == null ? null : cause.getMessage();
    return why == null || message.contains(why) ? message : message + " (" + why + ")";
  }
}

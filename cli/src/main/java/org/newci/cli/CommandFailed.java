package org.newci.cli;

import org.jspecify.annotations.Nullable;

/** A command that did not succeed: a sentence for a person, and the exit code. */
public final class CommandFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  public CommandFailed(int exitCode, String sentence) {
    this(exitCode, sentence, null);
  }

  public CommandFailed(int exitCode, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.exitCode = exitCode;
  }

  /** One of {@link Exit}. */
  public int exitCode() {
    return exitCode;
  }

  /** The sentence. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}

package org.newci.shell.peer;

import org.jspecify.annotations.Nullable;

/**
 * A call to another component that did not succeed. {@link Refused}: it answered, and no; {@link
 * Unreachable}: no answer, or one that says "later". The message is a sentence.
 */
public abstract sealed class PeerFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private PeerFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Trying again the same way gives the same answer. */
  public static final class Refused extends PeerFailure {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String kind;
    private final String body;

    public Refused(int status, String kind, String sentence, String body) {
      super(sentence, null);
      this.status = status;
      this.kind = kind;
      this.body = body;
    }

    public int status() {
      return status;
    }

    /** Last part of the problem's type, or {@code http-STATUS} when the answer was no problem. */
    public String kind() {
      return kind;
    }

    /** The whole answer, at most 64 KiB of it. */
    public String body() {
      return body;
    }
  }

  /** Trying again may help. */
  public static final class Unreachable extends PeerFailure {
    private static final long serialVersionUID = 1L;

    public Unreachable(String sentence, @Nullable Throwable cause) {
      super(sentence, cause);
    }
  }
}

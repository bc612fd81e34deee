package org.newci.deploy.ssh;

import org.jspecify.annotations.Nullable;

/** The environment could not be reached or did not do what it was asked; the message says why. */
public final class SshFailure extends Exception {

  private static final long serialVersionUID = 1L;

  /** Each is the kind of a problem, in lower case with dashes. */
  public enum Kind {
    TARGET_UNREACHABLE,
    HOST_KEY_CHANGED,
    HOST_KEY_UNKNOWN,
    SSH_AUTH_REFUSED,
    SSH_FAILED,
    CONNECTION_LOST,
    FOLDER_MISSING,
    PERMISSION_DENIED,
    DISK_FULL,
    NOT_ATOMIC,
    DEPLOY_TIMEOUT,
    BUSY;

    /** As in a problem's type. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private final Kind kind;

  public SshFailure(Kind kind, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.kind = kind;
  }

  /** What failed. */
  public Kind kind() {
    return kind;
  }
}

package org.newci.vcs.source;

import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;

/** A source that could not be fetched; the message is a sentence for a person. */
public final class SourceFailure extends Exception {

  private static final long serialVersionUID = 1L;

  /** Why; a closed list. Trying again may help where the status is 502. */
  public enum Kind {
    /** The address lies where this worker must not reach. */
    ADDRESS_REFUSED(422, "source-address-refused"),
    /** The server knows no such repository. */
    REPOSITORY_NOT_FOUND(422, "repository-not-found"),
    /** The repository has no such branch, tag or commit. */
    REF_NOT_FOUND(422, "ref-not-found"),
    /** The ref looks like the beginning of a commit id. */
    SHORT_COMMIT_ID(422, "short-commit-id"),
    /** The server wants to know who asks. */
    NEEDS_CREDENTIALS(422, "source-needs-credentials"),
    /** The SSH server's key is not the pinned one. */
    HOST_KEY(422, "source-host-key"),
    /** A name of a credential that is not here, or that cannot be read. */
    CREDENTIAL_UNKNOWN(422, "credential-unknown"),
    /** The credential does not name the source's server. */
    CREDENTIAL_NOT_FOR_HOST(422, "credential-not-for-host"),
    /** More bytes or refs than are taken. */
    TOO_LARGE(422, "source-too-large"),
    /** Its big files lie elsewhere (Git LFS). */
    USES_LFS(422, "source-uses-lfs"),
    /** A submodule was asked for that cannot be copied, whatever its server says. */
    SUBMODULE(422, "source-submodule"),
    /** No connection, or it broke. */
    UNREACHABLE(502, "source-unreachable"),
    /** Connected, and then silent. */
    TIMEOUT(502, "source-timeout"),
    /** What came is not git's protocol, or damaged. */
    BROKEN(502, "source-broken"),
    /** The source is well, and this worker has no space for it. */
    DISK_FULL(507, "disk-full");

    private final int status;
    private final String word;

    Kind(int status, String word) {
      this.status = status;
      this.word = word;
    }

    /** Last part of the problem's type. */
    public String word() {
      return word;
    }
  }

  private final Kind kind;

  public SourceFailure(Kind kind, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** As the answer to a request. */
  public Problem problem() {
    return new Problem(kind.status, kind.word, String.valueOf(getMessage()));
  }
}

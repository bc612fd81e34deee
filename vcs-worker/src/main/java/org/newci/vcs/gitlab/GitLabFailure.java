package org.newci.vcs.gitlab;

import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;

/** A call to GitLab that did not succeed; the message is a sentence for a person. */
public final class GitLabFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A failure, by what GitLab answered.
   *
   * @param status GitLab's HTTP status; 0 when it did not answer
   */
  public GitLabFailure(int status, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.status = status;
  }

  /** GitLab's HTTP status; 0 when it did not answer. */
  public int status() {
    return status;
  }

  /**
   * As the answer to a request: what GitLab does not have is 404, all else is a bad gateway. One
   * that is too busy, or fails by itself, is as good as away: later it may do the same.
   */
  public Problem problem() {
    String sentence = String.valueOf(getMessage());
    return switch (status) {
      case 0, 429, 500, 502, 503, 504 -> Problem.badGateway("gitlab-unreachable", sentence);
      case 401 -> Problem.badGateway("gitlab-token-refused", sentence);
      case 404 -> Problem.notFound(sentence);
      default -> Problem.badGateway("gitlab-refused", sentence);
    };
  }
}

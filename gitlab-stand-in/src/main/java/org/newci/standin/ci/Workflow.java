package org.newci.standin.ci;

import java.util.Locale;

/**
 * What the file says of the pipeline as a whole.
 *
 * @param name {@code CI_PIPELINE_NAME} with its variables filled in; empty when the file gives none
 * @param onNewCommit what a newer pipeline of the same ref cancels
 * @param onJobFailure whether the first failure cancels the jobs that run
 */
public record Workflow(String name, OnNewCommit onNewCommit, OnJobFailure onJobFailure) {
  public static final Workflow PLAIN =
      new Workflow("", OnNewCommit.CONSERVATIVE, OnJobFailure.NONE);

  /** {@code workflow: auto_cancel: on_new_commit}. */
  public enum OnNewCommit {
    CONSERVATIVE,
    INTERRUPTIBLE,
    NONE;

    static OnNewCommit ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** {@code workflow: auto_cancel: on_job_failure}. */
  public enum OnJobFailure {
    NONE,
    ALL;

    static OnJobFailure ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }
}

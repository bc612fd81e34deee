package org.newci.runner.job;

import java.time.Duration;

/**
 * How a job ended.
 *
 * @param failureReason in GitLab's words; empty on success
 * @param lastLine of the log
 */
record Outcome(boolean success, String failureReason, int exitCode, String lastLine) {

  /** What CI_JOB_STATUS says to after_script. */
  String jobStatus() {
    if (success) {
      return "success";
    }
    return lastLine.equals(canceled().lastLine) ? "canceled" : "failed";
  }

  static Outcome succeeded() {
    return new Outcome(true, "", 0, JobLog.succeeded());
  }

  static Outcome scriptFailed(int exitCode) {
    return new Outcome(false, "script_failure", exitCode, JobLog.failed(": exit code " + exitCode));
  }

  static Outcome refused(String sentence) {
    return new Outcome(false, "script_failure", 1, JobLog.failed(": " + sentence));
  }

  static Outcome systemFailure(String sentence) {
    return new Outcome(
        false, "runner_system_failure", 0, JobLog.failed(" (system failure): " + sentence));
  }

  static Outcome timedOut(long seconds) {
    return new Outcome(
        false,
        "job_execution_timeout",
        0,
        JobLog.failed(": execution took longer than " + inWords(seconds) + " seconds"));
  }

  static Outcome canceled() {
    return new Outcome(false, "script_failure", 0, JobLog.failed(": canceled"));
  }

  /** As Go prints a duration: {@code 1h0m0s}. */
  static String inWords(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    String text = time.toSecondsPart() + "s";
    if (time.toMinutes() > 0) {
      text = time.toMinutesPart() + "m" + text;
    }
    return time.toHours() > 0 ? time.toHours() + "h" + text : text;
  }
}

package org.newci.runner.gitlab;

import org.jspecify.annotations.Nullable;

/**
 * A variable of a job.
 *
 * @param file the value goes into a file, and the variable holds the file's path
 * @param masked the value must not appear in the log
 * @param raw references to other variables in the value are left alone
 */
public record JobVariable(String key, String value, boolean file, boolean masked, boolean raw) {

  public JobVariable(
      String key, @Nullable String value, boolean file, boolean masked, boolean raw) {
    this.key = key;
    this.value = value == null ? "" : value;
    this.file = file;
    this.masked = masked;
    this.raw = raw;
  }

  /** A plain one that the runner itself defines. */
  public static JobVariable plain(String key, String value) {
    return new JobVariable(key, value, false, false, true);
  }

  @Override
  public String toString() {
    return "JobVariable[" + key + "]";
  }
}

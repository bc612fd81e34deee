package org.newci.standin.ci;

import java.util.Locale;

/** When a job runs, judged by the jobs before it. */
public enum JobWhen {
  ON_SUCCESS,
  ON_FAILURE,
  ALWAYS,
  /** Like ON_SUCCESS, but somebody must start it. */
  MANUAL,
  /** Like ON_SUCCESS, but only after a time. */
  DELAYED;

  /** GitLab's word, as it stands in the file and in the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

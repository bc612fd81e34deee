package org.newci.standin.ci;

/** When a job runs, judged by the jobs before it. */
public enum JobWhen {
  ON_SUCCESS,
  ON_FAILURE,
  ALWAYS
}

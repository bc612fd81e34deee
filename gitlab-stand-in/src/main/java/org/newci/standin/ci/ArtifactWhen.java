package org.newci.standin.ci;

import java.util.Locale;

/** After which end of a job its artifacts are uploaded. */
public enum ArtifactWhen {
  ON_SUCCESS,
  ON_FAILURE,
  ALWAYS;

  /** GitLab's word, as it stands in the file and in the Runner API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}

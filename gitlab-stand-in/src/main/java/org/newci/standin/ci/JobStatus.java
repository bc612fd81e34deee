package org.newci.standin.ci;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The states of a job that this GitLab knows. */
public enum JobStatus {
  CREATED,
  /** Its resource group has another job running. */
  WAITING_FOR_RESOURCE,
  PENDING,
  RUNNING,
  SUCCESS,
  FAILED,
  CANCELED,
  SKIPPED,
  /** Waits for somebody to play it. */
  MANUAL,
  /** Waits for its time. */
  SCHEDULED;

  /** GitLab's word, such as {@code success}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing follows any more, unless somebody asks for it. */
  public boolean isOver() {
    return this == SUCCESS || this == FAILED || this == CANCELED || this == SKIPPED;
  }

  /** The state of this word, or nothing when there is none. */
  public static Optional<JobStatus> ofWord(String word) {
    return Arrays.stream(values()).filter(s -> s.word().equals(word)).findFirst();
  }
}

package org.newci.standin.ci;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether a failed job is tried again by itself (docs.gitlab.com: {@code retry}). */
public final class Retries {
  /** GitLab itself tries these again, without being told. */
  private static final Map<String, Integer> UNASKED = Map.of("scheduler_failure", 2);

  /** A second try of these would come to the same. */
  private static final Set<String> NEVER =
      Set.of(
          "ci_quota_exceeded",
          "no_matching_runner",
          "missing_dependency_failure",
          "forward_deployment_failure",
          "environment_creation_failure");

  private Retries() {}

  /**
   * Whether that failed job gets a new try.
   *
   * @param reason GitLab's word for why it failed, such as {@code script_failure}
   * @param exitCode of the script; null when there is none
   * @param tries how often the job was tried again before; jobs of the same name and pipeline less
   *     one
   */
  public static boolean again(JobSpec job, String reason, @Nullable Integer exitCode, int tries) {
    if (NEVER.contains(reason)) {
      return false;
    }
    RetrySpec retry = job.retry();
    boolean counts =
        retry.when().contains("always")
            || retry.when().contains(reason)
            || (exitCode != null && retry.exitCodes().contains(exitCode));
    int most = counts ? retry.max() : 0;
    return tries < (most > 0 ? most : UNASKED.getOrDefault(reason, 0));
  }
}

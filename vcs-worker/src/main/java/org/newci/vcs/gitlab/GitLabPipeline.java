package org.newci.vcs.gitlab;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this worker reads of a pipeline (GitLab: API, Pipelines). */
public record GitLabPipeline(
    long id,
    String sha,
    String ref,
    String status,
    @Nullable String source,
    @Nullable String webUrl,
    @Nullable String yamlErrors) {

  private static final Set<String> OURS = Set.of("push", "api");
  private static final Set<String> ENDED = Set.of("success", "failed", "canceled", "skipped");
  private static final Set<String> STOPPED = Set.of("manual", "scheduled");

  /** True when our push of that commit to that branch started it, or we did ourselves. */
  public boolean isOfPush(String commit, String branch) {
    return commit.equals(sha) && branch.equals(ref) && (source == null || OURS.contains(source));
  }

  /** True when nothing of it runs any more, nor will. */
  public boolean hasEnded() {
    return ENDED.contains(status);
  }

  /** True while jobs run or wait for a runner; false also where it waits for a person. */
  public boolean isLive() {
    return !hasEnded() && !STOPPED.contains(status);
  }
}

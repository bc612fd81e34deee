package org.newci.vcs.mirror;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.gitlab.GitLabReset;

/** Makes a GitLab project that stays as empty of earlier builds as can be. */
final class ProjectReset {

  private final GitLab gitlab;
  private final GitLabReset cleaning;
  private final ProjectReplacement replacement;

  ProjectReset(GitLab gitlab, ProjectReplacement replacement) {
    this.gitlab = gitlab;
    this.cleaning = new GitLabReset(gitlab);
    this.replacement = replacement;
  }

  /**
   * Cancels what runs; takes away what an earlier build, or a person, left; and lets {@code master}
   * be pushed to by force. The marker stays until the new one is written over it.
   */
  void clear(MirrorOrder order, Found found, List<String> actions)
      throws GitLabFailure, InterruptedException {
    long id = found.project().id();
    replacement.endPipelines(id, found.live(), actions::add);
    gitlab.resetSettings(id, order.extras().timeout());
    cleaning.revokePushTokens(id);
    Set<String> variables = new HashSet<>(Set.of(ProjectMarker.VARIABLE));
    order.extras().variables().forEach(variable -> variables.add(variable.key()));
    cleaning.clear(id, variables, MasterPush.BRANCH);
    cleaning.unprotect(id, MasterPush.BRANCH);
    actions.add("reset project %d".formatted(id));
  }

  /** The newest pipeline of before: all later ones are of this push. */
  static long floor(Found found) {
    return found.pipelines().stream().mapToLong(GitLabPipeline::id).max().orElse(0);
  }

  /** Starts the pipeline that a push without a new commit did not start. */
  void startPipeline(long project, List<String> actions) {
    try {
      GitLabPipeline started = cleaning.startPipeline(project, MasterPush.BRANCH);
      actions.add(
          "started pipeline %d, since the commit was there already".formatted(started.id()));
    } catch (GitLabFailure e) {
      // Without a CI file there is none to start: the build ends with that sentence later.
      actions.add("no pipeline was started: " + e.getMessage());
    }
  }
}

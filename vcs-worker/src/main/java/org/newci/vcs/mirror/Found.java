package org.newci.vcs.mirror;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.gitlab.GitLabProject;

/**
 * What lies at the asked path in GitLab.
 *
 * @param marker null where no mirror of ours left one
 * @param pipelines newest first
 */
record Found(
    GitLabProject project, @Nullable ProjectMarker marker, List<GitLabPipeline> pipelines) {

  List<GitLabPipeline> live() {
    return pipelines.stream().filter(GitLabPipeline::isLive).toList();
  }
}

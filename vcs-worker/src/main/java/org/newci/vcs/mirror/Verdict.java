package org.newci.vcs.mirror;

import java.util.Comparator;
import java.util.Optional;
import org.newci.shell.problem.Problem;
import org.newci.vcs.gitlab.GitLabPipeline;

/** What to do about a project that is already there: a pure decision. */
sealed interface Verdict {

  /** This build's push and pipeline are there: nothing is to be done again. */
  record Keep(ProjectMarker marker, GitLabPipeline pipeline) implements Verdict {}

  /** It goes, and a new one takes its place. */
  record Replace() implements Verdict {}

  /** The asker must not touch it. */
  record Refuse(Problem problem) implements Verdict {}

  /**
   * Decides without knowing the commit: who asks against who holds the project.
   *
   * @param owner who asks
   */
  static Optional<Refuse> refusal(MirrorOrder.Owner owner, Found found) {
    ProjectMarker marker = found.marker();
    if (marker == null) {
      return Optional.empty();
    }
    String path = found.project().pathWithNamespace();
    if (owner.build() != null && owner.fence() < marker.fence()) {
      return Optional.of(
          new Refuse(
              new Problem(
                  409,
                  "fence-too-low",
                  "The project %s was made with fence %d; this request for build %s has %d."
                      .formatted(path, marker.fence(), owner.build(), owner.fence()))));
    }
    boolean others = marker.build() != null && !marker.build().equals(owner.build());
    boolean late = owner.build() == null || owner.fence() == marker.fence();
    if (others && late && !found.live().isEmpty()) {
      return Optional.of(
          new Refuse(
              new Problem(
                  409,
                  "project-busy",
                  "Pipeline %d of build %s is running in the project %s; cancel it first."
                      .formatted(found.live().getFirst().id(), marker.build(), path))));
    }
    return Optional.empty();
  }

  /**
   * The commit of this build's earlier request, where that one's pipeline still runs: it was the
   * first to resolve the ref, though its answer may have been lost.
   */
  static Optional<String> underWay(MirrorOrder.Owner owner, Found found) {
    ProjectMarker marker = found.marker();
    if (marker == null || owner.build() == null || !owner.build().equals(marker.build())) {
      return Optional.empty();
    }
    return found.live().isEmpty() ? Optional.empty() : Optional.of(marker.commit());
  }

  /** The whole decision, for the commit that the ref was resolved to. */
  static Verdict of(MirrorOrder.Owner owner, String commit, Found found) {
    Optional<Refuse> refusal = refusal(owner, found);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    ProjectMarker marker = found.marker();
    if (marker == null || owner.build() == null || !owner.build().equals(marker.build())) {
      return new Replace();
    }
    if (!commit.equals(marker.commit())) {
      return new Replace();
    }
    Optional<GitLabPipeline> pipeline =
        found.pipelines().stream()
            .filter(candidate -> candidate.id() > marker.floor())
            .filter(candidate -> candidate.isOfPush(commit, MasterPush.BRANCH))
            .min(Comparator.comparingLong(GitLabPipeline::id));
    return pipeline.isPresent() ? new Keep(marker, pipeline.get()) : new Replace();
  }
}

package org.newci.vcs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.newci.vcs.gitlab.GitLabPipeline;
import org.newci.vcs.gitlab.GitLabProject;

class VerdictTest {

  private static final String COMMIT = "a".repeat(40);
  private static final String OTHER = "b".repeat(40);

  private static Found found(ProjectMarker marker, GitLabPipeline... pipelines) {
    return new Found(new GitLabProject(7, "bot/x", null, null, null), marker, List.of(pipelines));
  }

  private static ProjectMarker marker(String build, long fence) {
    return new ProjectMarker(build, fence, COMMIT, 10);
  }

  private static GitLabPipeline pipeline(long id, String sha, String status) {
    return new GitLabPipeline(id, sha, "master", status, "push", null, null);
  }

  private static MirrorOrder.Owner owner(String build, long fence) {
    return new MirrorOrder.Owner(build, fence);
  }

  @Test
  void aProjectThatNobodyMarkedIsReplaced() {
    assertThat(Verdict.of(owner(null, 0), COMMIT, found(null, pipeline(11, COMMIT, "running"))))
        .isInstanceOf(Verdict.Replace.class);
  }

  @Test
  void theSameBuildKeepsItsLowestPipelineAboveTheFloor() {
    Found found =
        found(
            marker("b1", 3),
            pipeline(13, COMMIT, "running"),
            pipeline(12, COMMIT, "success"),
            pipeline(11, OTHER, "success"),
            pipeline(10, COMMIT, "success"));
    assertThat(Verdict.of(owner("b1", 3), COMMIT, found))
        .isInstanceOfSatisfying(
            Verdict.Keep.class, keep -> assertThat(keep.pipeline().id()).isEqualTo(12));
  }

  @Test
  void theSameBuildWithoutPipelineOrWithAnotherCommitIsReplaced() {
    assertThat(Verdict.of(owner("b1", 3), COMMIT, found(marker("b1", 3))))
        .isInstanceOf(Verdict.Replace.class);
    Found found = found(marker("b1", 3), pipeline(11, COMMIT, "success"));
    assertThat(Verdict.of(owner("b1", 3), OTHER, found)).isInstanceOf(Verdict.Replace.class);
    assertThat(Verdict.of(owner("b2", 3), COMMIT, found)).isInstanceOf(Verdict.Replace.class);
  }

  @Test
  void aLowerFenceIsRefusedEvenForTheSameBuild() {
    assertThat(Verdict.of(owner("b1", 2), COMMIT, found(marker("b1", 3))))
        .isInstanceOf(Verdict.Refuse.class);
  }

  @Test
  void aDirectRequestWaitsForTheEndOfABuildsPipeline() {
    for (String live : List.of("created", "pending", "running", "canceling", "preparing")) {
      assertThat(
              Verdict.of(
                  owner(null, 0), COMMIT, found(marker("b1", 3), pipeline(11, COMMIT, live))))
          .as(live)
          .isInstanceOf(Verdict.Refuse.class);
    }
    for (String ended : List.of("success", "failed", "canceled", "skipped", "manual")) {
      assertThat(
              Verdict.of(
                  owner(null, 0), COMMIT, found(marker("b1", 3), pipeline(11, COMMIT, ended))))
          .as(ended)
          .isInstanceOf(Verdict.Replace.class);
    }
    assertThat(
            Verdict.of(
                owner(null, 0), COMMIT, found(marker(null, 0), pipeline(11, COMMIT, "running"))))
        .as("an earlier direct request gives way")
        .isInstanceOf(Verdict.Replace.class);
  }

  @Test
  void aMarkerOfSomebodyElseIsNone() {
    assertThat(ProjectMarker.read("hello")).isEmpty();
    assertThat(ProjectMarker.read("{}")).isEmpty();
    assertThat(ProjectMarker.read("null")).isEmpty();
    assertThat(ProjectMarker.read(marker("b1", 3).json())).contains(marker("b1", 3));
  }
}

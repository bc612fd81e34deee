package org.newci.controller.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.controller.build.Given.after;
import static org.newci.controller.build.Given.cancel;
import static org.newci.controller.build.Given.in;
import static org.newci.controller.build.Given.job;
import static org.newci.controller.build.Given.listed;
import static org.newci.controller.build.Given.looked;
import static org.newci.controller.build.Given.mirrored;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.newci.contracts.vcs.PipelineView;
import org.newci.contracts.vcs.TestCounts;

class DeciderTest {

  private static final Duration NOW = Duration.ZERO;
  private final Decider decider = new Decider(Limits.standard());

  static List<Arguments> cells() {
    List<Arguments> all = new ArrayList<>();
    for (BuildState state : BuildState.values()) {
      for (EventKind kind : EventKind.values()) {
        all.add(Arguments.of(state, kind));
      }
    }
    return all;
  }

  @ParameterizedTest(name = "{1} while {0}")
  @MethodSource("cells")
  void everyCellDoesWhatItSays(BuildState state, EventKind kind) {
    Build build = in(state, "app.bin");
    assertThat(build.state()).isEqualTo(state);
    Set<BuildState> to = decider.after(state, kind);
    switch (decider.decide(build, Given.event(kind, state), Given.START)) {
      case Decision.Illegal illegal -> {
        assertThat(to).isEmpty();
        assertThat(illegal.sentence())
            .isEqualTo("BUILD %s received %s while %s.".formatted(build.id(), kind, state));
      }
      case Decision.Stay stay -> assertThat(to).contains(state);
      case Decision.Move move -> {
        assertThat(to).contains(move.next().state());
        assertThat(move.next().version()).isEqualTo(build.version() + 1);
        assertThat(move.effects()).isEqualTo(Effect.wantedBy(move.next()));
        boolean heldBack = move.next().state() == BuildState.HELD;
        assertThat(move.next().state().compareTo(state) >= 0 || heldBack).isTrue();
        assertThat(move.next().outcome() != null)
            .isEqualTo(move.next().state() == BuildState.FINISHED);
      }
    }
  }

  @Test
  void nothingMovesAFinishedBuild() {
    for (EventKind kind : EventKind.values()) {
      assertThat(decider.after(BuildState.FINISHED, kind)).isEmpty();
    }
  }

  @Test
  void aLateFailureOfAnotherStepIsIllegal() {
    BuildEvent late = new BuildEvent.StepFailed(BuildState.MIRRORING, "No.");
    assertThat(decider.decide(in(BuildState.DEPLOYING, "app.bin"), late, Given.START))
        .isInstanceOf(Decision.Illegal.class);
  }

  @Test
  void aGreenPipelineWithoutArtifactEndsTheBuild() {
    Build build = after(in(BuildState.BUILDING, null), looked("success"), NOW);
    assertThat(build.outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(build.sentence()).isEqualTo("Pipeline 41 passed. Nothing was to be deployed.");
  }

  @Test
  void theLowestPipelineAboveTheFloorIsPinned() {
    Build mirrored = after(in(BuildState.MIRRORING, null), mirrored(), NOW);
    assertThat(after(mirrored, listed(45, 41, 40, 3), NOW).found().pipeline().id()).isEqualTo(41);
    Build pinned = after(mirrored, listed(41), NOW);
    assertThat(after(pinned, listed(42), NOW)).isEqualTo(pinned);
  }

  @Test
  void anotherPipelineIsNotListenedTo() {
    PipelineView other = new PipelineView(99, "success", null, null, List.of());
    Build build = in(BuildState.BUILDING, "app.bin");
    assertThat(after(build, new BuildEvent.PipelineLooked(other), NOW)).isEqualTo(build);
  }

  @Test
  void noPipelineWithinTheLimitFailsTheBuild() {
    Build mirrored = after(in(BuildState.MIRRORING, null), mirrored(), NOW);
    assertThat(after(mirrored, listed(), Duration.ofSeconds(29))).isEqualTo(mirrored);
    Build build = after(mirrored, listed(), Duration.ofSeconds(30));
    assertThat(build.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(build.sentence())
        .startsWith("No pipeline was started: the repository has no .gitlab-ci.yml");
  }

  @Test
  void theSentenceNamesTheJobAndItsExitCode() {
    Build build =
        after(
            in(BuildState.BUILDING, "app.bin"),
            looked(
                "failed",
                job("lint", "success", null, null),
                job("build", "failed", 3, "script_failure")),
            NOW);
    assertThat(build.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(build.sentence()).isEqualTo("Job build failed with exit code 3 (script_failure).");
  }

  @Test
  void jobsThatMayFailAreNotBlamed() {
    PipelineView.Job allowed =
        new PipelineView.Job(1, "lint", "test", "failed", 1, "script_failure", true, null);
    Build build =
        after(
            in(BuildState.BUILDING, "app.bin"),
            looked("failed", allowed, job("build", "failed", null, "runner_system_failure")),
            NOW);
    assertThat(build.sentence()).isEqualTo("Job build failed (runner_system_failure).");
  }

  @Test
  void failingTestsAreNamedFiveAtMost() {
    TestCounts tests =
        new TestCounts(9, 2, 7, 0, List.of("A.a", "A.b", "A.c", "A.d", "A.e", "A.f"));
    PipelineView view =
        new PipelineView(
            41, "failed", null, null, List.of(job("test", "failed", 1, "script_failure")), tests);
    Build build = after(in(BuildState.BUILDING, null), new BuildEvent.PipelineLooked(view), NOW);
    assertThat(build.sentence())
        .isEqualTo(
            "Job test failed with exit code 1 (script_failure). 7 of 9 tests failed:"
                + " A.a, A.b, A.c, A.d, A.e and 2 more.");
    assertThat(build.found().pipeline().tests()).isEqualTo(tests);
  }

  @Test
  void aBrokenCiFileIsExplained() {
    PipelineView view =
        new PipelineView(41, "failed", null, "jobs:x config contains unknown keys: foo", List.of());
    Build build = after(in(BuildState.BUILDING, null), new BuildEvent.PipelineLooked(view), NOW);
    assertThat(build.sentence()).contains(".gitlab-ci.yml", "unknown keys: foo");
  }

  @ParameterizedTest
  @CsvSource({"skipped,FAILED,was skipped", "manual,FAILED,by hand", "canceled,CANCELLED,GitLab"})
  void pipelinesThatComeToNothingEndTheBuild(String status, Outcome outcome, String words) {
    Build build =
        after(
            in(BuildState.BUILDING, "app.bin"), looked(status, job("go", status, null, null)), NOW);
    assertThat(build.outcome()).isEqualTo(outcome);
    assertThat(build.sentence()).contains(words);
  }

  @Test
  void aJobThatNoRunnerTakesEndsTheBuild() {
    BuildEvent pending = looked("pending", job("arm", "pending", null, null));
    Build waits = after(in(BuildState.BUILDING, null), pending, NOW);
    Build still = after(waits, pending, Duration.ofMinutes(9));
    assertThat(still.stop()).isNull();
    Build stopped = after(still, new BuildEvent.TimePassed(), Duration.ofMinutes(10));
    assertThat(Effect.wantedBy(stopped)).contains(Effect.CANCEL_PIPELINE);
    Build build = after(stopped, looked("canceled"), Duration.ofMinutes(10));
    assertThat(build.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(build.sentence()).isEqualTo("No runner took job arm within 10 minutes.");
  }

  @Test
  void aRunningJobBesideAWaitingOneIsNoReasonToStop() {
    PipelineView.Job waiting = job("arm", "pending", null, null);
    Build waits = after(in(BuildState.BUILDING, null), looked("pending", waiting), NOW);
    Build runs = after(waits, looked("running", waiting, job("x", "running", null, null)), NOW);
    Build later = after(runs, new BuildEvent.TimePassed(), Duration.ofMinutes(30));
    assertThat(later.stop()).isNull();
  }

  @Test
  void aPipelineThatTakesTooLongIsCancelledAndTheBuildTimedOut() {
    Build build = in(BuildState.BUILDING, "app.bin");
    Build stopped = after(build, new BuildEvent.TimePassed(), Duration.ofHours(2));
    assertThat(Effect.wantedBy(stopped)).contains(Effect.CANCEL_PIPELINE, Effect.WATCH);
    Build ended = after(stopped, looked("canceled"), Duration.ofHours(2));
    assertThat(ended.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(ended.sentence()).isEqualTo("The pipeline was not over within 120 minutes.");
  }

  @ParameterizedTest
  @CsvSource({"success", "failed", "canceled", "skipped"})
  void aCancelledBuildEndsAsCancelledWhateverGitLabSays(String status) {
    Build asked = after(in(BuildState.BUILDING, "app.bin"), cancel(), NOW);
    assertThat(asked.state()).isEqualTo(BuildState.BUILDING);
    assertThat(Effect.wantedBy(asked)).contains(Effect.CANCEL_PIPELINE);
    Build ended = after(asked, looked(status), NOW);
    assertThat(ended.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(ended.sentence()).isEqualTo("Cancelled by bob while it was building.");
  }

  @Test
  void aCancelIsNotWaitedForForEver() {
    Build asked = after(in(BuildState.BUILDING, null), cancel(), NOW);
    Build tried = after(asked, new BuildEvent.CancelTried(), Duration.ofSeconds(5));
    assertThat(after(tried, new BuildEvent.TimePassed(), Duration.ofSeconds(64))).isEqualTo(tried);
    Build ended = after(tried, new BuildEvent.TimePassed(), Duration.ofSeconds(65));
    assertThat(ended.outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void aPipelineThatIsKnownIsAskedToEndHoweverLateItIs() {
    Build asked = after(in(BuildState.BUILDING, null), cancel(), NOW);
    assertThat(after(asked, new BuildEvent.TimePassed(), Duration.ofHours(9))).isEqualTo(asked);
    Build tried = after(asked, new BuildEvent.CancelTried(), Duration.ofHours(9));
    assertThat(Effect.wantedBy(tried)).contains(Effect.CANCEL_PIPELINE);
    assertThat(after(tried, new BuildEvent.CancelTried(), Duration.ofHours(10))).isEqualTo(tried);
  }

  @Test
  void aCancelWhileMirroringIsDoneWhenThePipelineIsThere() {
    Build asked = after(in(BuildState.MIRRORING, "app.bin"), cancel(), NOW);
    Build mirrored = after(asked, mirrored(), Duration.ofMinutes(5));
    assertThat(mirrored.stop().since()).isEqualTo(Given.START.plus(Duration.ofMinutes(5)));
    Build pinned = after(mirrored, listed(41), Duration.ofMinutes(5));
    assertThat(Effect.wantedBy(pinned)).contains(Effect.CANCEL_PIPELINE);
    Build failed = after(asked, new BuildEvent.StepFailed(BuildState.MIRRORING, "Gone."), NOW);
    assertThat(failed.outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void queuedAndCollectingBuildsAreCancelledAtOnce() {
    assertThat(after(in(BuildState.QUEUED, null), cancel(), NOW).outcome())
        .isEqualTo(Outcome.CANCELLED);
    assertThat(after(in(BuildState.COLLECTING, "a"), cancel(), NOW).outcome())
        .isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void stepsHaveStartEndResultAndSentence() {
    Build build = in(BuildState.FINISHED, "app.bin");
    assertThat(build.steps())
        .extracting(Step::name)
        .containsExactly("mirror", "build", "collect", "deploy");
    assertThat(build.steps())
        .allSatisfy(
            step -> {
              assertThat(step.end()).isNotNull();
              assertThat(step.result()).isEqualTo("succeeded");
              assertThat(step.sentence()).isNotBlank();
            });
    assertThat(build.sentence()).contains("https://site/app.bin", "sha256:" + "b".repeat(64));
  }
}

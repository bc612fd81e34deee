package org.newci.controller.build;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.contracts.vcs.PipelineCandidates.Candidate;
import org.newci.contracts.vcs.PipelineView;

/** Builds and events for tests. */
public final class Given {

  public static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
  public static final String COMMIT = "a".repeat(40);
  private static final Random RANDOM = new Random(7);

  private Given() {}

  public static Order order(String project, String artifact) {
    return new Order(
        "https://git.example/" + project,
        "main",
        artifact,
        artifact,
        project,
        "ann",
        null,
        null,
        START,
        Grant.STANDARD,
        List.of(),
        Priority.NORMAL);
  }

  public static Build queued(String artifact) {
    return Build.of(id(), order("hello", artifact)).ranked(1);
  }

  public static BuildId id() {
    return BuildId.fresh(Clock.systemUTC(), RANDOM);
  }

  public static BuildEvent.Mirrored mirrored() {
    return new BuildEvent.Mirrored(
        new MirrorAnswer(7, "ci/hello", COMMIT, null, 40, List.of("pushed"), 12, null));
  }

  public static BuildEvent.PipelinesListed listed(long... ids) {
    return new BuildEvent.PipelinesListed(
        java.util.Arrays.stream(ids).mapToObj(id -> new Candidate(id, "created", null)).toList());
  }

  public static BuildEvent.PipelineLooked looked(String status, PipelineView.Job... jobs) {
    return new BuildEvent.PipelineLooked(
        new PipelineView(41, status, "https://gitlab/41", null, List.of(jobs)));
  }

  public static PipelineView.Job job(String name, String status, Integer code, String reason) {
    return new PipelineView.Job(
        name.hashCode(), name, "test", status, code, reason, false, "2026-01-01T12:00:00Z");
  }

  public static BuildEvent.Collected collected() {
    return new BuildEvent.Collected(
        new CollectAnswer("x.app.bin", "b".repeat(64), 5, "build", "app.bin"), 3);
  }

  public static BuildEvent.Deployed deployed() {
    return new BuildEvent.Deployed("https://site/app.bin", 5, true);
  }

  public static BuildEvent.CancelAsked cancel() {
    return new BuildEvent.CancelAsked("bob");
  }

  /** One event of that kind, right for a build in that state where there is such a one. */
  public static BuildEvent event(EventKind kind, BuildState state) {
    return switch (kind) {
      case SUBMITTED -> new BuildEvent.Submitted(order("hello", "app.bin"));
      case STARTED -> new BuildEvent.Started();
      case SUPERSEDED -> new BuildEvent.Superseded(id());
      case MIRRORED -> mirrored();
      case PIPELINES_LISTED -> listed(41);
      case PIPELINE_LOOKED -> looked("running", job("build", "running", null, null));
      case COLLECTED -> collected();
      case HELD -> new BuildEvent.Held("Waits: ann stopped deployments.");
      case RELEASED -> new BuildEvent.Released();
      case DEPLOY_BEGUN -> new BuildEvent.DeployBegun();
      case CANCEL_TRIED -> new BuildEvent.CancelTried();
      case DEPLOYED -> deployed();
      case STEP_FAILED -> new BuildEvent.StepFailed(state, "It did not work.");
      case CANCEL_ASKED -> cancel();
      case TIME_PASSED -> new BuildEvent.TimePassed();
    };
  }

  /** A build that has come that far in the usual way. */
  public static Build in(BuildState state, String artifact) {
    if (state == BuildState.HELD) {
      return after(
          in(BuildState.DEPLOYING, artifact), new BuildEvent.Held("Waits."), Duration.ZERO);
    }
    Build build = queued(artifact);
    List<BuildEvent> way =
        List.of(
            new BuildEvent.Started(),
            mirrored(),
            listed(41),
            looked("success"),
            collected(),
            deployed());
    for (BuildEvent event : way) {
      if (build.state() == state && !(state == BuildState.BUILDING && event == way.get(2))) {
        return build;
      }
      build = after(build, event, Duration.ZERO);
    }
    return build;
  }

  public static Build after(Build build, BuildEvent event, Duration later) {
    return switch (new Decider(Limits.standard()).decide(build, event, START.plus(later))) {
      case Decision.Move move -> move.next();
      case Decision.Stay stay -> stay.build();
      case Decision.Illegal illegal -> throw new AssertionError(illegal.sentence());
    };
  }
}

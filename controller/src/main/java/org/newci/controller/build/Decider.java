package org.newci.controller.build;

import static org.newci.controller.build.BuildState.BUILDING;
import static org.newci.controller.build.BuildState.COLLECTING;
import static org.newci.controller.build.BuildState.DEPLOYING;
import static org.newci.controller.build.BuildState.FINISHED;
import static org.newci.controller.build.BuildState.HELD;
import static org.newci.controller.build.BuildState.MIRRORING;
import static org.newci.controller.build.BuildState.QUEUED;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.controller.build.Found.Artifact;
import org.newci.controller.build.Found.Pipeline;
import org.newci.controller.build.Found.Source;

/**
 * The table of states and events, and nothing else that moves a build. Pure: the same build, event
 * and time give the same decision. A cell that is not in the table is an illegal move.
 */
public final class Decider implements Rules {

  private interface Rule<E extends BuildEvent> {
    /** The next standing, or the same object if nothing is to be remembered. */
    Build apply(Build build, E event, Instant now);
  }

  private record Cell<E extends BuildEvent>(Class<E> type, Rule<E> rule, Set<BuildState> to) {
    Build apply(Build build, BuildEvent event, Instant now) {
      return rule.apply(build, type.cast(event), now);
    }
  }

  private final Map<BuildState, Map<EventKind, Cell<?>>> table = new EnumMap<>(BuildState.class);

  public Decider(Limits limits) {
    PipelineRules pipeline = new PipelineRules(limits);
    on(QUEUED, BuildEvent.Started.class, Decider::start, MIRRORING);
    on(QUEUED, BuildEvent.Superseded.class, Decider::superseded, FINISHED);
    on(QUEUED, BuildEvent.CancelAsked.class, Decider::cancelAtOnce, FINISHED);
    on(QUEUED, BuildEvent.TimePassed.class, Decider::stay, QUEUED);

    on(MIRRORING, BuildEvent.Mirrored.class, Decider::mirrored, BUILDING);
    on(MIRRORING, BuildEvent.StepFailed.class, Decider::failed, FINISHED);
    on(MIRRORING, BuildEvent.CancelAsked.class, Decider::cancelSoon, MIRRORING);
    on(MIRRORING, BuildEvent.TimePassed.class, pipeline::timePassed, MIRRORING, FINISHED);

    on(BUILDING, BuildEvent.PipelinesListed.class, pipeline::listed, BUILDING, FINISHED);
    on(BUILDING, BuildEvent.PipelineLooked.class, pipeline::looked, BUILDING, COLLECTING, FINISHED);
    on(BUILDING, BuildEvent.StepFailed.class, Decider::failed, FINISHED);
    on(BUILDING, BuildEvent.CancelAsked.class, Decider::cancelSoon, BUILDING);
    on(BUILDING, BuildEvent.CancelTried.class, Decider::cancelTried, BUILDING);
    on(BUILDING, BuildEvent.TimePassed.class, pipeline::timePassed, BUILDING, FINISHED);

    on(COLLECTING, BuildEvent.Collected.class, Decider::collected, DEPLOYING, FINISHED);
    on(COLLECTING, BuildEvent.StepFailed.class, Decider::failed, FINISHED);
    on(COLLECTING, BuildEvent.CancelAsked.class, Decider::cancelAtOnce, FINISHED);
    on(COLLECTING, BuildEvent.TimePassed.class, pipeline::timePassed, COLLECTING, FINISHED);

    on(HELD, BuildEvent.Held.class, Decider::heldOn, HELD);
    on(HELD, BuildEvent.Released.class, Decider::released, DEPLOYING);
    on(HELD, BuildEvent.CancelAsked.class, Decider::cancelAtOnce, FINISHED);
    on(HELD, BuildEvent.TimePassed.class, Decider::stay, HELD);

    on(DEPLOYING, BuildEvent.Held.class, Decider::held, DEPLOYING, HELD);
    on(DEPLOYING, BuildEvent.DeployBegun.class, Decider::begun, DEPLOYING);
    on(DEPLOYING, BuildEvent.Deployed.class, Decider::deployed, FINISHED);
    on(DEPLOYING, BuildEvent.StepFailed.class, Decider::failed, FINISHED);
    on(DEPLOYING, BuildEvent.TimePassed.class, pipeline::timePassed, DEPLOYING, FINISHED);
  }

  private <E extends BuildEvent> void on(
      BuildState from, Class<E> type, Rule<E> rule, BuildState... to) {
    EventKind kind =
        List.of(EventKind.values()).stream()
            .filter(k -> k.type() == type)
            .findFirst()
            .orElseThrow();
    table
        .computeIfAbsent(from, state -> new EnumMap<>(EventKind.class))
        .put(kind, new Cell<>(type, rule, Set.of(to)));
  }

  @Override
  public Decision decide(Build build, BuildEvent event, Instant now) {
    Cell<?> cell = table.getOrDefault(build.state(), Map.of()).get(event.kind());
    boolean late = event instanceof BuildEvent.StepFailed f && f.step() != build.state();
    if (cell == null || late) {
      return new Decision.Illegal(
          "BUILD %s received %s while %s.".formatted(build.id(), event.kind(), build.state()));
    }
    Build after = cell.apply(build, event, now);
    if (after.equals(build)) {
      return new Decision.Stay(build);
    }
    if (!cell.to().contains(after.state())) {
      throw new IllegalStateException(
          "the table does not let %s lead from %s to %s"
              .formatted(event.kind(), build.state(), after.state()));
    }
    return new Decision.Move(after.next(), Effect.wantedBy(after));
  }

  /** The states that the table lets that event lead to; empty where it is illegal. */
  public Set<BuildState> after(BuildState state, EventKind kind) {
    Cell<?> cell = table.getOrDefault(state, Map.of()).get(kind);
    return cell == null ? Set.of() : cell.to();
  }

  private static Build stay(Build build, BuildEvent event, Instant now) {
    return build;
  }

  private static Build start(Build build, BuildEvent.Started event, Instant now) {
    Order order = build.order();
    String sentence = "Copying %s of %s to GitLab.".formatted(order.ref(), order.repo());
    return build.enter(MIRRORING, "", sentence, now);
  }

  private static Build superseded(Build build, BuildEvent.Superseded event, Instant now) {
    return build.finish(
        Outcome.CANCELLED,
        "Superseded by build %s: %s of the same repository was asked for again while it waited."
            .formatted(event.by(), build.order().ref()),
        now);
  }

  private static Build mirrored(Build build, BuildEvent.Mirrored event, Instant now) {
    var answer = event.answer();
    Found found =
        build
            .found()
            .with(
                new Source(
                    answer.projectId(),
                    answer.path(),
                    answer.commit(),
                    answer.pipelineFloor(),
                    answer.ref()));
    if (answer.pipelineId() != null) {
      found = found.with(new Pipeline(answer.pipelineId(), "created", null, null));
    }
    Stop stop = build.stop();
    String done =
        "Commit %s is now master of the GitLab project %s."
            .formatted(answer.commit(), answer.path());
    String saying =
        stop == null
            ? "Waiting for the pipeline of commit %s.".formatted(answer.commit())
            : stop.sentence();
    Build next = build.with(found).enter(BUILDING, done, saying, now);
    // The grace is for the pipeline, which can only be cancelled from now on.
    return stop == null ? next : next.stopping(Stop.now(stop.outcome(), stop.sentence(), now));
  }

  private static Build failed(Build build, BuildEvent.StepFailed event, Instant now) {
    Stop stop = build.stop();
    return stop == null
        ? build.finish(Outcome.FAILED, event.sentence(), now)
        : build.finish(stop.outcome(), stop.sentence(), now);
  }

  private static Build cancelAtOnce(Build build, BuildEvent.CancelAsked event, Instant now) {
    return build.finish(Outcome.CANCELLED, cancelledBy(build, event), now);
  }

  private static Build cancelSoon(Build build, BuildEvent.CancelAsked event, Instant now) {
    if (build.stop() != null) {
      return build;
    }
    String sentence = cancelledBy(build, event);
    return build
        .stopping(Stop.now(Outcome.CANCELLED, sentence, now))
        .saying(
            build.state() == MIRRORING
                ? "Will be cancelled as soon as the copy to GitLab has ended."
                : "Waiting for GitLab to cancel the pipeline.");
  }

  private static Build cancelTried(Build build, BuildEvent.CancelTried event, Instant now) {
    Stop stop = build.stop();
    return stop == null || stop.asked() != null ? build : build.stopping(stop.asked(now));
  }

  private static String cancelledBy(Build build, BuildEvent.CancelAsked event) {
    return "Cancelled by %s while it was %s.".formatted(event.by(), build.state().word());
  }

  private static Build collected(Build build, BuildEvent.Collected event, Instant now) {
    List<CollectAnswer> answers = event.answers();
    if (answers.size() != build.order().items().size()) {
      return build.finish(
          Outcome.FAILED,
          "%d artifacts were collected, but %d were asked for."
              .formatted(answers.size(), build.order().items().size()),
          now);
    }
    Long most = build.order().grant().artifactBytes();
    for (CollectAnswer answer : answers) {
      if (most != null && answer.size() > most) {
        return build.finish(
            Outcome.FAILED,
            "%s has %d bytes; the registry lets this project have %d."
                .formatted(answer.path(), answer.size(), most),
            now);
      }
    }
    List<Artifact> artifacts =
        answers.stream()
            .map(
                one ->
                    new Artifact(one.sha256(), one.size(), one.job(), one.path(), event.sequence()))
            .toList();
    return build
        .with(build.found().with(artifacts))
        .enter(DEPLOYING, inStore(artifacts), deploying(build), now);
  }

  private static String inStore(List<Artifact> artifacts) {
    return artifacts.stream()
        .map(
            one ->
                "%s%s is in the store (sha256:%s, %d bytes)."
                    .formatted(
                        one.path(),
                        one.job() == null ? ", uploaded by a job," : " of job " + one.job(),
                        one.sha256(),
                        one.size()))
        .collect(Collectors.joining(" "));
  }

  private static String deploying(Build build) {
    return "Deploying %s."
        .formatted(
            build.order().items().stream()
                .map(Order.Item::publishedName)
                .collect(Collectors.joining(", ")));
  }

  /** What has begun may be served already, so that it cannot wait any more. */
  private static Build held(Build build, BuildEvent.Held event, Instant now) {
    return build.found().deployBegun() == null ? build.holdBack(event.sentence(), now) : build;
  }

  private static Build begun(Build build, BuildEvent.DeployBegun event, Instant now) {
    Found found = build.found();
    return found.deployBegun() == null ? build.with(found.deployBegun(now)) : build;
  }

  private static Build heldOn(Build build, BuildEvent.Held event, Instant now) {
    return event.sentence().equals(build.sentence()) ? build : build.saying(event.sentence());
  }

  private static Build released(Build build, BuildEvent.Released event, Instant now) {
    return build.enter(DEPLOYING, "Deployments go on.", deploying(build), now);
  }

  private static Build deployed(Build build, BuildEvent.Deployed event, Instant now) {
    Artifact artifact = build.found().artifact();
    String digest = artifact == null ? "" : " sha256:" + artifact.sha256();
    String sentence =
        event.changed()
            ? "Published at %s (%d bytes,%s).".formatted(event.url(), event.size(), digest)
            : "Exactly this was served at %s already (%d bytes,%s)."
                .formatted(event.url(), event.size(), digest);
    int others = build.found().also().size();
    String all = others == 0 ? sentence : sentence + " Together with %d more.".formatted(others);
    return build.with(build.found().servedAt(event.url())).finish(Outcome.SUCCEEDED, all, now);
  }
}

package org.newci.controller.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Decider;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Order;
import org.newci.controller.build.Outcome;
import org.newci.controller.build.Step;

/** Sees everything and decides nothing: it checks the invariants. */
final class Observer {

  /** Between two looks of a controller, and for crashes and starts of it. */
  private static final Duration SLACK = Duration.ofSeconds(90);

  private final Life life;
  private final boolean calm;
  private final Map<BuildId, Integer> ends = new HashMap<>();
  private final Map<BuildId, Instant> starts = new HashMap<>();
  private final Map<BuildId, Instant> finished = new HashMap<>();
  private final Map<List<Object>, Long> lastOfLine = new HashMap<>();
  private final Map<List<String>, Integer> passedOver = new HashMap<>();

  /**
   * @param calm one controller, and a clock that only goes forward
   */
  Observer(Life life, boolean calm) {
    this.life = life;
    this.calm = calm;
  }

  /** A build has moved. */
  void moved(Build next, BuildEvent event) {
    if (next.state() == BuildState.FINISHED) {
      ends.merge(next.id(), 1, Integer::sum);
      finished.putIfAbsent(next.id(), life.schedule.now());
    }
    if (event instanceof BuildEvent.Started) {
      starts.put(next.id(), life.schedule.now());
      inOrder(next);
      alone(next);
      if (calm) {
        fair(next);
      }
    }
  }

  private void inOrder(Build next) {
    Order order = next.order();
    Long before =
        lastOfLine.put(List.of(order.project(), order.submitter(), order.priority()), next.rank());
    if (before != null && before > next.rank()) {
      life.breaks(Invariant.ORDER_KEPT, "%d started after %d".formatted(next.rank(), before));
    }
  }

  private void alone(Build next) {
    for (Build other : life.ledger.all()) {
      boolean busy =
          Set.of(BuildState.MIRRORING, BuildState.BUILDING, BuildState.COLLECTING)
              .contains(other.state());
      boolean same = other.order().project().equals(next.order().project());
      if (busy && same && !other.id().equals(next.id())) {
        life.breaks(
            Invariant.ONE_AT_A_TIME, "%s and %s are under way".formatted(other.id(), next.id()));
      }
    }
  }

  private void fair(Build next) {
    Map<String, Integer> underWay = new HashMap<>();
    Set<String> taken = new HashSet<>();
    for (Build other : life.ledger.all()) {
      if (other.state().isActive() && !other.id().equals(next.id())) {
        underWay.merge(other.order().submitter(), 1, Integer::sum);
        taken.add(other.order().project());
      }
    }
    String mine = next.order().submitter();
    int own = underWay.getOrDefault(mine, 0);
    Set<String> eligible = new HashSet<>();
    for (Build other : life.ledger.all()) {
      Order order = other.order();
      if (other.state() == BuildState.QUEUED
          && order.priority() == next.order().priority()
          && !order.submitter().equals(mine)
          && !order.grant().supersede()
          && !taken.contains(order.project())
          && underWay.getOrDefault(order.submitter(), 0) <= own) {
        eligible.add(order.submitter());
      }
    }
    passedOver.keySet().removeIf(pair -> pair.getFirst().equals(mine));
    for (String other : List.of("ann", "bob", "cyd")) {
      List<String> pair = List.of(other, mine);
      if (!eligible.contains(other)) {
        passedOver.remove(pair);
      } else if (passedOver.merge(pair, 1, Integer::sum) >= 2) {
        life.breaks(Invariant.FAIR_SHARE, "%s passed %s over twice".formatted(mine, other));
      }
    }
  }

  /** At the end of the life. */
  void check(World world, Map<String, BuildId> keys) {
    for (Build build : life.ledger.all()) {
      if (!keys.containsValue(build.id())) {
        life.breaks(Invariant.ACCEPTED_ONCE, build.id() + " was accepted, and nobody was told");
      }
      if (build.state() != BuildState.FINISHED) {
        life.breaks(
            starts.containsKey(build.id()) && build.state() != BuildState.HELD
                ? Invariant.ENDS_IN_TIME
                : Invariant.NOTHING_FORGOTTEN,
            "%s is %s: %s".formatted(build.id(), build.state(), build.sentence()));
        continue;
      }
      ended(build);
      pipeline(build, world);
      replay(build);
    }
    targets(world);
  }

  private void ended(Build build) {
    if (ends.getOrDefault(build.id(), 0) != 1
        || build.outcome() == null
        || build.sentence().isBlank()) {
      life.breaks(
          Invariant.ENDS_ONCE,
          "%s ended %d times".formatted(build.id(), ends.getOrDefault(build.id(), 0)));
    }
    Instant start = starts.get(build.id());
    boolean held = build.steps().stream().map(Step::name).anyMatch(BuildState.HELD.step()::equals);
    Limits limits = Life.LIMITS;
    Duration most =
        limits.whole().plus(limits.step()).plus(limits.stopGrace().multipliedBy(2)).plus(SLACK);
    if (calm && start != null && !held) {
      Duration took = Duration.between(start, finished.get(build.id()));
      if (took.compareTo(most) > 0) {
        life.breaks(Invariant.ENDS_IN_TIME, "%s took %s".formatted(build.id(), took));
      }
    }
  }

  private void pipeline(Build build, World world) {
    if (build.found().pipeline() == null || build.found().source() == null) {
      return;
    }
    World.Pipeline one = world.pipelines.get(build.found().pipeline().id());
    if (!one.commit.equals(build.found().source().commit())) {
      life.breaks(
          Invariant.COMMIT_PINNED,
          "%s follows %s, a pipeline of %s".formatted(build.id(), one.id, one.commit));
    }
    boolean stopped = build.stop() != null;
    boolean over = !finished.get(build.id()).isBefore(one.ends) || one.cancelled != null;
    if (stopped && !over && !one.cancelTried) {
      life.breaks(Invariant.PIPELINE_CANCELLED, "%s runs on".formatted(one.id));
    }
  }

  private void replay(Build end) {
    Decider decider = new Decider(Life.LIMITS);
    Build build = Build.of(end.id(), end.order()).ranked(end.rank());
    for (BuildEvent event : life.ledger.events(end.id())) {
      Instant at = life.ledger.at(end.id(), build.version() + 1);
      if (decider.decide(build, event, at) instanceof Decision.Move move) {
        build = move.next();
      } else {
        life.breaks(Invariant.REPLAYABLE, "%s: %s does not move it".formatted(end.id(), event));
        return;
      }
    }
    if (!build.equals(end)) {
      life.breaks(Invariant.REPLAYABLE, end.id() + " is not what its events make");
    }
  }

  private void targets(World world) {
    Map<String, Long> last = new HashMap<>();
    Set<String> builds = new HashSet<>();
    world.late.forEach(how -> life.breaks(Invariant.LATE_REFUSED, how));
    for (World.Change change : world.changes) {
      if (!builds.add(change.build())) {
        life.breaks(Invariant.ONE_CHANGE, change + " is not its first");
      }
      Long before = last.put(change.target(), change.sequence());
      if (before != null && before >= change.sequence()) {
        life.breaks(Invariant.NEVER_OLDER, "%s after %d".formatted(change, before));
      }
      Build build = life.ledger.find(new BuildId(change.build())).orElseThrow();
      World.Pipeline by =
          build.found().pipeline() == null
              ? null
              : world.pipelines.get(build.found().pipeline().id());
      if (by == null || !by.end.equals("success") || by.cancelled != null) {
        life.breaks(Invariant.ONLY_GREEN, change.toString());
      } else if (!change.sha256().equals(world.bytesOf(change.build(), by.id))) {
        life.breaks(Invariant.BYTES_PINNED, change.toString());
      }
    }
    for (Build build : life.ledger.all()) {
      boolean served = builds.contains(build.id().text());
      boolean said = build.outcome() == Outcome.SUCCEEDED && build.order().artifact() != null;
      if (said && !served) {
        life.breaks(Invariant.SENTENCE_TRUE, build.id() + " is said to be served");
      }
    }
  }
}

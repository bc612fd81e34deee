package org.newci.controller.sim;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.PipelineView;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decider;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Effect;
import org.newci.controller.build.Outcome;
import org.newci.controller.build.Rules;
import org.newci.controller.build.Stop;
import org.newci.controller.effect.Effects;
import org.newci.controller.effect.ProjectInputs;
import org.newci.controller.effect.Reactions;
import org.newci.controller.effect.Stage;
import org.newci.controller.effect.UploadVariables;
import org.newci.controller.effect.Watches;
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.DeploymentStops;
import org.newci.controller.hold.Gate;
import org.newci.controller.queue.Dispatcher;
import org.newci.controller.queue.Ticker;
import org.newci.controller.queue.Turns;
import org.newci.controller.registry.BuildSecrets;
import org.newci.controller.registry.Registry;

/** One controller: everything that it is made of but threads, sockets and the disk. */
final class Node {

  /** What is written down. */
  enum Written {
    BUILD,
    STOP
  }

  /** Hears of every commit, and may let the controller crash right before or right after it. */
  interface Commits {
    boolean crashesBefore(Node node, Written what);

    void committed(Node node, Decision.Move move, BuildEvent event);

    boolean crashesAfter(Node node, Written what);

    /** What was looked at before this event is written down may be so no more. */
    void meanwhile(Node node, BuildEvent event);
  }

  private static final Registry REGISTRY = Registry.open(true);
  private static final BuildSecrets NO_SECRETS = new BuildSecrets(Path.of("/nonexistent"));
  private static final UploadVariables UPLOADS =
      new UploadVariables(URI.create("https://store/uploads"), Path.of("/nonexistent"));

  private final Life life;
  private final Commits commits;
  private final Planted planted;
  private final boolean again;
  final BuildLedger ledger;
  final Gate gate;
  private final Dispatcher dispatcher;
  private final Ticker ticker;
  private final Conductor conductor;
  private final Reactions reactions;
  private Instant frozenUntil = Instant.MIN;
  private boolean dead;

  Node(Life life, Commits commits, boolean again) {
    this.life = life;
    this.commits = commits;
    this.planted = life.planted;
    this.again = again;
    this.ledger = watched();
    Decider decider = new Decider(Life.LIMITS);
    Rules rules = (build, event, now) -> decide(decider, build, event, now);
    Stage stage = life.schedule.stage(this);
    this.conductor = new Conductor(ledger, rules, stage.clock());
    NotedLeases leases = new NotedLeases(life.leases());
    this.gate = new Gate(new OwnStops(), ledger, conductor, leases);
    Watches watches = new Watches();
    Network network =
        new Network(
            life.schedule,
            life.world,
            life.dice,
            () -> life.faulty,
            planted,
            request -> {
              life.deploymentAsked(this, request.build());
              return leases.deploying(request.build());
            });
    this.reactions =
        Effects.reactions(
            network.outside(),
            ledger,
            conductor,
            watches,
            Life.LIMITS,
            new ProjectInputs(
                () -> new MirrorRequest.Hook("https://ci/hook", "x"),
                () -> REGISTRY,
                NO_SECRETS,
                UPLOADS),
            gate,
            leases,
            stage);
    this.dispatcher = new Dispatcher(ledger, conductor, new Turns(Life.LIMITS), leases);
    this.ticker = new Ticker(ledger, conductor, reactions);
    conductor.listen(reactions);
    conductor.listen(dispatcher);
    conductor.listen(gate);
    life.schedule.begin(this, this::loop);
  }

  boolean isDead() {
    return dead;
  }

  /** True if it answers. */
  boolean isAwake() {
    return !dead && !frozenUntil.isAfter(life.schedule.now());
  }

  /** As when its process is stopped for a while: its leases end, and it does not know. */
  void freeze(Duration time) {
    frozenUntil = life.schedule.now().plus(time);
    life.schedule.freeze(this, frozenUntil);
  }

  private void loop() {
    while (true) {
      life.schedule.pause(Duration.ofMillis(100 + life.dice.nextInt(1_500)));
      if (planted != Planted.QUEUE_FORGOTTEN || !again) {
        dispatcher.dispatch();
      }
      reactions.renewLeases();
      ticker.tick();
      gate.release();
    }
  }

  /** Tells a build what happened, as a route does. */
  void tell(Build build, BuildEvent event) {
    Decision _ = conductor.tell(build.id(), event);
  }

  private void crash() {
    dead = true;
    ticker.close();
    life.schedule.kill(this);
    throw new Schedule.Crash();
  }

  /** The stops of all, with a crash before or after each change where the dice say so. */
  private final class OwnStops implements DeploymentStops {

    @Override
    public List<DeploymentStop> inForce() {
      return life.stops.inForce();
    }

    @Override
    public DeploymentStop add(DeploymentStop stop) {
      return written(() -> life.stops.add(stop));
    }

    @Override
    public Optional<DeploymentStop> remove(
        String environment, String by, String reason, Instant at) {
      return written(() -> life.stops.remove(environment, by, reason, at));
    }

    @Override
    public List<Entry> log(int most) {
      return life.stops.log(most);
    }

    private <T> T written(Supplier<T> change) {
      if (commits.crashesBefore(Node.this, Written.STOP)) {
        crash();
      }
      T result = change.get();
      if (commits.crashesAfter(Node.this, Written.STOP)) {
        crash();
      }
      return result;
    }
  }

  /** The ledger, with a crash before or after a commit where the dice say so. */
  private BuildLedger watched() {
    return (BuildLedger)
        Proxy.newProxyInstance(
            BuildLedger.class.getClassLoader(),
            new Class<?>[] {BuildLedger.class},
            (proxy, method, args) -> {
              if (dead) {
                throw new Schedule.Crash();
              }
              boolean commit = Set.of("add", "advance").contains(method.getName());
              if (commit && commits.crashesBefore(this, Written.BUILD)) {
                crash();
              }
              if (method.getName().equals("advance")) {
                commits.meanwhile(this, (BuildEvent) args[1]);
              }
              Object result = call(method, args);
              if (Boolean.TRUE.equals(result) && method.getName().equals("advance")) {
                commits.committed(this, (Decision.Move) args[0], (BuildEvent) args[1]);
              }
              if (commit && commits.crashesAfter(this, Written.BUILD)) {
                crash();
              }
              return switch (method.getName()) {
                case "queue" -> queue((BuildLedger.Queue) result);
                case "underWay" -> planted == Planted.BUSY_UNSEEN ? 0 : result;
                default -> result;
              };
            });
  }

  private Object call(Method method, Object[] given) throws Throwable {
    Object[] args = given == null ? new Object[0] : given.clone();
    boolean add = method.getName().equals("add");
    boolean advance = method.getName().equals("advance");
    if (planted == Planted.KEYS_IGNORED && add) {
      args[1] = null;
    } else if (planted == Planted.QUEUE_WITHOUT_END && add) {
      args[2] = Integer.MAX_VALUE;
    } else if (planted == Planted.WRONG_EVENT_KEPT
        && advance
        && args[1] instanceof BuildEvent.Mirrored) {
      args[1] = new BuildEvent.TimePassed();
    }
    try {
      return method.invoke(life.ledger, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private BuildLedger.Queue queue(BuildLedger.Queue queue) {
    return switch (planted) {
      case STARTS_FORGOTTEN ->
          new BuildLedger.Queue(queue.heads(), queue.busy(), Map.of(), queue.freeSince());
      case BUSY_UNSEEN ->
          new BuildLedger.Queue(queue.heads(), List.of(), queue.lastStarts(), queue.freeSince());
      case LAST_FIRST -> {
        List<BuildLedger.Waiting> last = new ArrayList<>();
        for (BuildLedger.Waiting head : queue.heads()) {
          last.add(
              life.ledger.all().stream()
                  .filter(build -> build.state() == BuildState.QUEUED)
                  .map(BuildLedger.Waiting::of)
                  .filter(one -> one.project().equals(head.project()))
                  .filter(one -> one.submitter().equals(head.submitter()))
                  .filter(one -> one.priority() == head.priority())
                  .reduce((before, after) -> after)
                  .orElse(head));
        }
        yield new BuildLedger.Queue(last, queue.busy(), queue.lastStarts(), queue.freeSince());
      }
      case null, default -> queue;
    };
  }

  private Decision decide(Decider decider, Build build, BuildEvent event, Instant now) {
    if (planted == Planted.ENDS_AGAIN
        && build.state() == BuildState.FINISHED
        && event instanceof BuildEvent.CancelAsked) {
      return endedAgain(build);
    }
    if (planted == Planted.NO_DEADLINES && event instanceof BuildEvent.TimePassed) {
      return new Decision.Stay(build);
    }
    if (planted == Planted.NO_DEADLINES && event instanceof BuildEvent.PipelineLooked) {
      return decider.decide(build, event, build.stepStart());
    }
    if (planted == Planted.RED_IS_GREEN && event instanceof BuildEvent.PipelineLooked looked) {
      return decider.decide(build, green(looked), now);
    }
    if (planted == Planted.FAILURE_TOLD_AS_SUCCESS
        && event instanceof BuildEvent.StepFailed failed
        && failed.step() == BuildState.DEPLOYING) {
      return decider.decide(build, new BuildEvent.Deployed("https://site/x", 1, true), now);
    }
    Decision decision = decider.decide(build, event, now);
    return planted == Planted.NOT_CANCELLED && decision instanceof Decision.Move move
        ? new Decision.Move(askedToEnd(move.next(), now), without(move.effects()))
        : decision;
  }

  private static Build askedToEnd(Build build, Instant now) {
    Stop stop = build.stop();
    if (stop == null || stop.asked() != null || build.found().pipeline() == null) {
      return build;
    }
    return new Build(
        build.id(),
        build.rank(),
        build.version(),
        build.order(),
        build.state(),
        build.outcome(),
        build.sentence(),
        build.found(),
        new Stop(stop.outcome(), stop.sentence(), stop.since(), now),
        build.steps(),
        build.finishedAt());
  }

  private static Decision endedAgain(Build build) {
    Build again =
        new Build(
            build.id(),
            build.rank(),
            build.version() + 1,
            build.order(),
            BuildState.FINISHED,
            Outcome.CANCELLED,
            "Ended again.",
            build.found(),
            build.stop(),
            build.steps(),
            build.finishedAt());
    return new Decision.Move(again, Set.of());
  }

  private static BuildEvent green(BuildEvent.PipelineLooked looked) {
    var view = looked.view();
    return view.status().equals("failed")
        ? new BuildEvent.PipelineLooked(
            new PipelineView(view.id(), "success", null, null, view.jobs()))
        : looked;
  }

  private static Set<Effect> without(Set<Effect> effects) {
    Set<Effect> rest = EnumSet.noneOf(Effect.class);
    rest.addAll(effects);
    rest.remove(Effect.CANCEL_PIPELINE);
    return rest;
  }
}

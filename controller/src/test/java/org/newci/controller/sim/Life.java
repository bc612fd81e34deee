package org.newci.controller.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Given;
import org.newci.controller.build.Grant;
import org.newci.controller.build.Leases;
import org.newci.controller.build.Limits;
import org.newci.controller.build.MemoryLedger;
import org.newci.controller.build.Order;
import org.newci.controller.build.Priority;
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.Gate;

/** One life of one or two controllers, all of it from one seed. */
final class Life implements Node.Commits {

  static final Limits LIMITS =
      new Limits(
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(150),
          Duration.ofSeconds(15),
          3,
          2,
          3);

  private static final Duration LEASE = Duration.ofSeconds(6);
  private static final Duration FAULTS = Duration.ofSeconds(100);
  private static final Duration LONGEST = Duration.ofMinutes(90);

  final Random dice;

  /** For what came later than seeds that are kept: the others are thrown as they were. */
  private final Random laterDice;

  final Planted planted;
  final Schedule schedule;
  final World world;
  final MemoryLedger ledger;
  final MemoryStops stops;
  final Map<Invariant, String> broken = new TreeMap<>();
  final Observer observer;
  boolean faulty = true;
  private final boolean two;
  private final boolean jumps;

  /** In every fifth life jobs may upload; seeds that are kept are of the others. */
  private final boolean uploading;

  private final int crashAt;
  private final int crashIn;
  private int commits;
  private int started;
  private int posted;
  private boolean stopped;
  private final Set<String> goingOn = new HashSet<>();
  private final int builds;
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, BuildId> keys = new LinkedHashMap<>();

  Life(long seed, Planted planted) {
    this(seed, planted, -1, 0);
  }

  /**
   * A life in which nothing crashes but at one commit.
   *
   * @param crashAt number of the commit, from 1; 0 for none; below 0 lets the dice say
   */
  Life(long seed, Planted planted, int crashAt, int afterIt) {
    this.dice = new Random(seed * 7_919);
    this.laterDice = new Random(seed * 7_907 + 1);
    this.planted = planted;
    this.uploading = seed % 5 == 2;
    this.crashAt = crashAt;
    this.crashIn = afterIt;
    this.two = crashAt < 0 && dice.nextInt(3) == 0;
    this.jumps = dice.nextInt(4) == 0;
    this.schedule = new Schedule(dice, Given.START);
    this.world = new World(schedule, dice, planted);
    this.stops = new MemoryStops(planted);
    this.ledger = new MemoryLedger(schedule.wall, stops::isStopped);
    this.observer = new Observer(this, !two && !jumps);
    this.builds = 3 + dice.nextInt(6);
  }

  /** Lives it, and answers what did not hold. */
  Map<Invariant, String> live() {
    nodes.add(new Node(this, this, false));
    if (two) {
      nodes.add(new Node(this, this, false));
    }
    schedule.begin(this, this::restarts);
    schedule.begin(this, this::people);
    schedule.begin(this, this::misfortune);
    Instant end = Given.START.plus(LONGEST);
    try {
      schedule.run(this::isOver, end);
      observer.check(world, keys);
    } finally {
      schedule.close();
    }
    return broken;
  }

  /** Those of a controller that starts now: it has a name of its own where there are two. */
  Leases leases() {
    return two ? ledger.leases("controller" + ++started, LEASE) : Leases.alone();
  }

  private boolean isOver() {
    return posted == builds
        && !faulty
        && ledger.all().stream().allMatch(build -> build.state() == BuildState.FINISHED);
  }

  void breaks(Invariant which, String how) {
    broken.putIfAbsent(which, how);
  }

  private void restarts() {
    while (true) {
      schedule.pause(Duration.ofMillis(500 + dice.nextInt(3_000)));
      for (int i = 0; i < nodes.size(); i++) {
        if (nodes.get(i).isDead()) {
          nodes.set(i, new Node(this, this, true));
        }
      }
    }
  }

  private void misfortune() {
    while (schedule.now().isBefore(Given.START.plus(FAULTS))) {
      schedule.pause(Duration.ofMillis(dice.nextInt(20_000)));
      world.moveBranches();
      if (jumps) {
        schedule.jump(Duration.ofSeconds(dice.nextInt(90) - 30));
      }
      freezes(nodes.get(laterDice.nextInt(nodes.size())));
    }
    faulty = false;
    schedule.pause(Duration.ofSeconds(30));
    act(this::resume);
  }

  private void people() {
    while (posted < builds) {
      schedule.pause(Duration.ofMillis(dice.nextInt(dice.nextInt(3) == 0 ? 15_000 : 500)));
      switch (dice.nextInt(10)) {
        case 0 -> act(this::cancelOne);
        case 1 -> act(this::stopOrResume);
        default -> post();
      }
    }
    while (faulty) {
      schedule.pause(Duration.ofMillis(dice.nextInt(30_000)));
      act(dice.nextInt(3) > 0 ? this::cancelOne : two ? this::stopOrResume : node -> {});
    }
  }

  private interface Deed {
    void to(Node node);
  }

  /** What a person asks a controller for; one that crashes meanwhile does not answer. */
  private void act(Deed deed) {
    for (int tries = 0; tries < 60; tries++) {
      Node node = nodes.get(dice.nextInt(nodes.size()));
      if (node.isAwake()) {
        try {
          deed.to(node);
          return;
        } catch (Schedule.Crash e) {
          if (!node.isDead()) {
            throw e;
          }
        }
      }
      schedule.pause(Duration.ofSeconds(1));
    }
  }

  /** Posted again under the same key until somebody answers, and sometimes once more. */
  private void post() {
    posted++;
    String key = "key" + posted;
    Order order = order();
    BuildLedger.OnceKey once = new BuildLedger.OnceKey(order.submitter(), key, "d" + posted);
    int answers = 1 + dice.nextInt(5) / 4;
    for (int i = 0; i < answers; i++) {
      act(
          node -> {
            Build fresh = Build.of(BuildId.fresh(schedule.wall, dice), order);
            switch (node.ledger.add(fresh, once, LIMITS.queued())) {
              case BuildLedger.Fresh added -> answered(key, added.build().id());
              case BuildLedger.Known known -> answered(key, known.id());
              case BuildLedger.KeyTaken taken ->
                  breaks(Invariant.ACCEPTED_ONCE, "the key was taken for something else");
              case BuildLedger.ProjectTaken taken ->
                  breaks(Invariant.ACCEPTED_ONCE, "the project is another repository's");
              case BuildLedger.QueueFull full -> {
                // The person gives up.
              }
            }
          });
    }
    long waiting = ledger.all().stream().filter(b -> b.state() == BuildState.QUEUED).count();
    if (waiting > LIMITS.queued()) {
      breaks(Invariant.QUEUE_BOUNDED, waiting + " wait");
    }
  }

  private void answered(String key, BuildId id) {
    BuildId before = keys.putIfAbsent(key, id);
    if (before != null && !before.equals(id)) {
      breaks(Invariant.ACCEPTED_ONCE, "%s is %s and %s".formatted(key, before, id));
    }
  }

  private Order order() {
    String project = "p" + dice.nextInt(4);
    String artifact = dice.nextInt(4) == 0 ? null : "app.bin";
    boolean supersede = dice.nextInt(5) == 0;
    boolean uploads = uploading && dice.nextInt(3) > 0;
    Grant grant = new Grant("test", null, null, null, null, supersede, uploads);
    return new Order(
        "https://git.example/" + project,
        "main",
        artifact,
        artifact == null ? null : "app" + dice.nextInt(2),
        project,
        List.of("ann", "ann", "bob", "cyd").get(dice.nextInt(4)),
        null,
        null,
        schedule.wall.instant(),
        grant,
        List.of(),
        Priority.at(dice.nextInt(6) == 0 ? dice.nextInt(3) : 1));
  }

  private void cancelOne(Node node) {
    List<Build> all = ledger.all();
    if (!all.isEmpty()) {
      node.tell(all.get(dice.nextInt(all.size())), Given.cancel());
    }
  }

  private void stopOrResume(Node node) {
    if (stopped || !faulty) {
      resume(node);
    } else {
      stop(node);
    }
  }

  private void stop(Node node) {
    Gate.Stopped answer =
        node.gate.stop(new DeploymentStop("*", "It burns.", "ann", schedule.wall.instant()));
    goingOn.clear();
    answer.goingOn().forEach(id -> goingOn.add(id.text()));
    stopped = true;
  }

  private void resume(Node node) {
    stopped = false;
    var _ = node.gate.resume("*", "ann", "It is out.", schedule.wall.instant());
  }

  /** A controller is about to ask the deploy worker. */
  void deploymentAsked(Node node, String build) {
    if (stopped && !goingOn.contains(build)) {
      breaks(Invariant.STOP_HOLDS, "a deployment was asked for");
    }
    Duration later = Duration.ofMillis((long) laterDice.nextInt(3) * laterDice.nextInt(2_000));
    schedule.begin(
        this,
        () -> {
          schedule.pause(later);
          freezes(node);
        });
  }

  /** Some stand still for longer than their leases last; the other does their work meanwhile. */
  private void freezes(Node node) {
    if (two && faulty && !node.isDead() && laterDice.nextInt(3) == 0) {
      node.freeze(Duration.ofMillis(laterDice.nextInt(30_000)));
    }
  }

  /** So many commits there were. */
  int commits() {
    return commits;
  }

  @Override
  public boolean crashesBefore(Node node, Node.Written what) {
    commits++;
    return crashes(what, 0);
  }

  @Override
  public boolean crashesAfter(Node node, Node.Written what) {
    return crashes(what, 1);
  }

  private boolean crashes(Node.Written what, int after) {
    if (crashAt >= 0) {
      return crashAt == commits && crashIn == after;
    }
    return faulty
        && switch (what) {
          case BUILD -> dice.nextInt(60) == 0;
          case STOP -> laterDice.nextInt(10) == 0;
        };
  }

  /** Right before it is written down that a deployment has begun, others are told to stop. */
  @Override
  public void meanwhile(Node node, BuildEvent event) {
    if (!two || !faulty || stopped || !(event instanceof BuildEvent.DeployBegun)) {
      return;
    }
    Node other = nodes.getFirst() == node ? nodes.getLast() : nodes.getFirst();
    if (laterDice.nextInt(8) == 0 && other.isAwake()) {
      try {
        stop(other);
      } catch (Schedule.Crash e) {
        if (!other.isDead()) {
          throw e;
        }
      }
    }
  }

  @Override
  public void committed(Node node, Decision.Move move, BuildEvent event) {
    observer.moved(move.next(), event);
  }
}

package org.newci.controller.hold;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Condition;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every deployment asks here before it begins, under the same lock as a stop, and that it begins is
 * written down under that lock; where there are several controllers, the ledger writes it down only
 * while nothing is stopped: after a stop is answered none begins, and the answer names those that
 * had begun. What waited goes on in order, one at a time in each environment, so that an older
 * build is never overtaken by a newer one.
 */
public final class Gate implements Conductor.Listener, AutoCloseable {

  /** May a deployment begin? */
  public sealed interface Leave {}

  /** It is written down that it has begun. */
  public record Begun() implements Leave {}

  /**
   * Not yet.
   *
   * @param sentence why, for the build
   */
  public record Wait(String sentence) implements Leave {}

  /** The build is somewhere else meanwhile. */
  public record Gone() implements Leave {}

  /**
   * Deployments were stopped.
   *
   * @param stop the one that is in force, which may be an earlier one
   * @param goingOn builds whose deployment had begun before; their end cannot be stopped
   */
  public record Stopped(DeploymentStop stop, List<BuildId> goingOn) {}

  private static final long ONCE_IN_A_WHILE_MS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  private final DeploymentStops stops;
  private final BuildLedger ledger;
  private final Conductor conductor;
  private final Leases leases;
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;

  public Gate(DeploymentStops stops, BuildLedger ledger, Conductor conductor, Leases leases) {
    this.leases = leases;
    this.stops = stops;
    this.ledger = ledger;
    this.conductor = conductor;
    this.thread = Thread.ofVirtual().name("gate").unstarted(this::loop);
  }

  /** Begins to release what waits. */
  public Gate start() {
    thread.start();
    return this;
  }

  /** Stops deployments from now on. */
  public synchronized Stopped stop(DeploymentStop stop) {
    DeploymentStop now = stops.add(stop);
    List<BuildId> goingOn =
        ledger.active().stream()
            .map(BuildLedger.Active::build)
            .filter(build -> build.state() == BuildState.DEPLOYING)
            .filter(build -> build.found().deployBegun() != null)
            .filter(build -> now.holds(GateRules.environment(build)))
            .map(Build::id)
            .toList();
    return new Stopped(now, goingOn);
  }

  /**
   * Asks leave for that build's deployment; one that has begun may always go on.
   *
   * @param lease of who will deploy it
   */
  public synchronized Leave begin(Build build, Lease lease) {
    if (build.found().deployBegun() == null) {
      Optional<String> held = holds(build);
      if (held.isPresent()) {
        return new Wait(held.get());
      }
    }
    return switch (conductor.tell(build.id(), new BuildEvent.DeployBegun(), lease)) {
      case Decision.Move _ -> new Begun();
      case Decision.Stay _ -> ledger.isHeld(lease) ? new Begun() : new Gone();
      case Decision.Illegal _ -> new Gone();
    };
  }

  /**
   * May who had leave ask the deploy worker again? Not once another controller does it: that one
   * may have ended the build, and a stop that was answered since does not name it.
   */
  public boolean goesOn(Lease lease) {
    return ledger.isHeld(lease);
  }

  /** Ends a stop; empty if there is none. */
  public synchronized Optional<DeploymentStop> resume(
      String environment, String by, String reason, Instant at) {
    Optional<DeploymentStop> ended = stops.remove(environment, by, reason, at);
    wakes.release();
    return ended;
  }

  /** The stops in force: read each time, for another controller may have been told of one. */
  public List<DeploymentStop> inForce() {
    return stops.inForce();
  }

  /** Why that build must not be deployed now, as a sentence for it; empty if it may. */
  private Optional<String> holds(Build build) {
    return rules().conditions(build).stream()
        .filter(condition -> !condition.holds())
        .map(Condition::sentence)
        .findFirst();
  }

  /** What it takes for that build to be deployed; nothing for one that is not that far. */
  public synchronized List<Condition> conditions(Build build) {
    return build.state() == BuildState.HELD || build.state() == BuildState.DEPLOYING
        ? rules().conditions(build)
        : List.of();
  }

  private GateRules rules() {
    List<Build> deploying =
        ledger.active().stream()
            .map(BuildLedger.Active::build)
            .filter(build -> build.state() == BuildState.DEPLOYING)
            .toList();
    return new GateRules(inForce(), ledger.held(), deploying);
  }

  @Override
  public void moved(Decision.Move move) {
    BuildState state = move.next().state();
    if (state == BuildState.FINISHED || state == BuildState.HELD) {
      wakes.release();
    }
  }

  private void loop() {
    while (!closed) {
      try {
        if (wakes.tryAcquire(ONCE_IN_A_WHILE_MS, TimeUnit.MILLISECONDS)) {
          wakes.drainPermits();
        }
        release();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("the held deployments could not be looked at", e);
        }
      }
    }
  }

  /** Lets the first go on of each environment where nothing is being deployed. */
  public synchronized void release() {
    if (ledger.held().isEmpty() || !leases.leads(Leases.Duty.HELD)) {
      return;
    }
    GateRules now = rules();
    for (Build build : now.held()) {
      if (now.conditions(build).stream().allMatch(Condition::holds)) {
        conductor.tell(build.id(), new BuildEvent.Released());
        now = rules();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.newci.controller.queue;

import java.util.List;
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
import org.newci.controller.build.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what may start, as {@link Turns} decide. Works when it is woken and, in case a wake was
 * lost, once in a while.
 */
public final class Dispatcher implements Conductor.Listener, AutoCloseable {

  private static final long ONCE_IN_A_WHILE_MS = 1_000;
  private static final long LEAST_REST_MS = 5;
  private static final long REST_MS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final BuildLedger ledger;
  private final Conductor conductor;
  private final Turns turns;
  private final Leases leases;
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean closed;

  /** At the last look no place was free: what is added changes nothing before one is. */
  private volatile boolean full;

  private final Thread thread;

  public Dispatcher(BuildLedger ledger, Conductor conductor, Turns turns, Leases leases) {
    this.leases = leases;
    this.ledger = ledger;
    this.conductor = conductor;
    this.turns = turns;
    this.thread = Thread.ofVirtual().name("dispatcher").unstarted(this::loop);
  }

  /** Begins to look at the queue. */
  public Dispatcher start() {
    thread.start();
    return this;
  }

  /** There may be something to start. */
  public void wake() {
    wakes.release();
  }

  @Override
  public void moved(Decision.Move move) {
    BuildState state = move.next().state();
    if (state == BuildState.FINISHED || state == BuildState.HELD || state == BuildState.QUEUED) {
      wake();
    }
  }

  private void loop() {
    while (!closed) {
      try {
        long began = System.nanoTime();
        dispatch();
        long took = (System.nanoTime() - began) / 1_000_000;
        // A look at a long queue costs more; between looks there is always time for others.
        Thread.sleep(Math.clamp(2 * took, LEAST_REST_MS, REST_MS));
        if (wakes.tryAcquire(ONCE_IN_A_WHILE_MS, TimeUnit.MILLISECONDS)) {
          wakes.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("the queue could not be looked at", e);
        }
        wakes.drainPermits();
        if (!pause()) {
          return;
        }
      }
    }
  }

  private boolean pause() {
    try {
      return !wakes.tryAcquire(Integer.MAX_VALUE, ONCE_IN_A_WHILE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /**
   * A build was added at the end of the queue: it takes the place of one that waits for the same,
   * where the registry says so.
   */
  public void added(Build build) {
    if (build.order().grant().supersede()) {
      for (BuildId older : ledger.olderInQueue(build)) {
        conductor.tell(older, new BuildEvent.Superseded(build.id()));
      }
    }
    if (!full) {
      wake();
    }
  }

  /** Starts what may start, if that is this controller's to do. */
  public void dispatch() {
    if (!leases.leads(Leases.Duty.QUEUE)) {
      return;
    }
    full = ledger.underWay() >= turns.places();
    if (full) {
      return;
    }
    // Each start makes at most one head of a submitter's unable to start, and there are at most so
    // many. Fewer heads are not enough, even if few places are free now: more may be when they are
    // read, and whose head another takes would be passed over.
    for (BuildId id : turns.next(ledger.queue(turns.places()))) {
      conductor.tell(id, begin(id));
    }
  }

  /** Why that build waits for its turn; nothing for one that does not. */
  public List<Condition> conditions(Build build) {
    return build.state() == BuildState.QUEUED
        ? turns.conditions(
            BuildLedger.Waiting.of(build), ledger.ahead(build), ledger.queue(Integer.MAX_VALUE))
        : List.of();
  }

  /** Nothing starts whose place a newer one takes, not even after a crash between the two. */
  private BuildEvent begin(BuildId id) {
    return ledger
        .find(id)
        .filter(build -> build.order().grant().supersede())
        .flatMap(ledger::newerInQueue)
        .<BuildEvent>map(BuildEvent.Superseded::new)
        .orElseGet(BuildEvent.Started::new);
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

package org.newci.controller.queue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Leases;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what may start: the first in the queue of each project whose last build is over, up to the
 * limit for all. Works when it is woken and, in case a wake was lost, once in a while.
 */
public final class Dispatcher implements Conductor.Listener, AutoCloseable {

  private static final long ONCE_IN_A_WHILE_MS = 1_000;
  private static final long REST_MS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final BuildLedger ledger;
  private final Conductor conductor;
  private final int concurrent;
  private final Leases leases;
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean closed;
  private final Thread thread;

  public Dispatcher(BuildLedger ledger, Conductor conductor, int concurrent, Leases leases) {
    this.leases = leases;
    this.ledger = ledger;
    this.conductor = conductor;
    this.concurrent = concurrent;
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
    if (state == BuildState.FINISHED || state == BuildState.QUEUED) {
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
        Thread.sleep(Math.min(REST_MS, 2 * took));
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

  /** Starts what may start, if that is this controller's to do. */
  public void dispatch() {
    if (!leases.leads(Leases.Duty.QUEUE)) {
      return;
    }
    for (BuildId id : ledger.startable(concurrent)) {
      conductor.tell(id, new BuildEvent.Started());
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

package org.newci.standin.pipeline;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Wakes who waits for a job, the moment that one gets pending. */
public final class JobQueue {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long mark;
  private long nudges;

  /** Starts at a mark that no earlier run of this server has given out. */
  public JobQueue(long firstMark) {
    this.mark = firstMark;
  }

  /**
   * What a look at the queue saw.
   *
   * @param mark another one later means that jobs were added since
   */
  public record Look(long mark, long nudges) {}

  /** How things stand now. */
  public Look look() {
    lock.lock();
    try {
      return new Look(mark, nudges);
    } finally {
      lock.unlock();
    }
  }

  /** A job was added: wakes all who wait. */
  public void grew() {
    lock.lock();
    try {
      mark++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Wakes all who wait, so that they look again at why they wait. */
  public void nudge() {
    lock.lock();
    try {
      nudges++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something has happened since that look, but no longer than that. */
  public void await(Look seen, Duration longest) throws InterruptedException {
    long left = longest.toNanos();
    lock.lock();
    try {
      while (mark == seen.mark() && nudges == seen.nudges() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}

package org.newci.runner.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ends a job from outside: whatever it is doing is killed, and it goes no further. Safe for several
 * threads.
 */
final class StopSwitch {

  /** Why a job is ended. */
  enum Why {
    /** Its time is over. */
    TIMEOUT,
    /** GitLab wants it to end, and waits for its last word. */
    CANCELING,
    /** GitLab has ended it, and wants no more of it. */
    CANCELED,
    /** It fills the disk. */
    DISK,
    /** The runner is being stopped. */
    SHUTDOWN;

    /** True when after_script and artifacts of failures are still to come. */
    boolean leavesLastSteps() {
      return this == TIMEOUT || this == CANCELING;
    }
  }

  /** Thrown at the next step of a job that has been stopped. */
  static final class Stopped extends Exception {

    private static final long serialVersionUID = 1L;

    private final Why why;

    Stopped(Why why) {
      super("stopped: " + why);
      this.why = why;
    }

    Why why() {
      return why;
    }
  }

  private final List<Runnable> kills = new ArrayList<>();
  private @Nullable Why why;
  private boolean lastSteps;

  /** Stops it. The first reason counts, but a job in its last steps can still be told to end. */
  void stop(Why reason) {
    List<Runnable> now;
    synchronized (this) {
      if (why != null || (lastSteps && reason == Why.CANCELING)) {
        return;
      }
      why = reason;
      notifyAll();
      now = List.copyOf(kills);
      kills.clear();
    }
    now.forEach(Runnable::run);
  }

  /** Lets the last steps of a stopped job run: after_script, and artifacts of a failure. */
  synchronized void allowLastSteps() {
    why = null;
    lastSteps = true;
  }

  /** Throws when the job has been stopped. */
  synchronized void check() throws Stopped {
    if (why != null) {
      throw new Stopped(why);
    }
  }

  /** Waits that long, or until the job is stopped, which is thrown then. */
  synchronized void pause(Duration time) throws InterruptedException, Stopped {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toMillis();
        why == null && left > 0;
        left = (end - System.nanoTime()) / 1_000_000) {
      wait(left);
    }
    check();
  }

  /** Names what has to be ended when the job is stopped; at once when it already is. */
  void onStop(Runnable kill) throws Stopped {
    synchronized (this) {
      if (why == null) {
        kills.add(kill);
        return;
      }
    }
    kill.run();
    check();
  }

  /** That thing has ended by itself. */
  synchronized void forget(Runnable kill) {
    kills.remove(kill);
  }
}

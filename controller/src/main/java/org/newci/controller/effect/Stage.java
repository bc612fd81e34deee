package org.newci.controller.effect;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Where effects run, and how they wait: threads and real time, or whatever schedule a test makes of
 * them. Nothing in this package waits in another way.
 */
public interface Stage {

  /** Something that runs beside the others. */
  interface Act {

    /** Lets it run. */
    void start();

    /** Ends its waiting with an {@link InterruptedException}. */
    void interrupt();

    /** True for the one that asks. */
    boolean isCurrent();
  }

  /** What one act rings and another waits for. */
  interface Signal {

    /** Ends the present waiting, or the next. */
    void ring();

    /** Forgets rings that nobody waited for. */
    void clear();

    /** Waits for a ring, but no longer than that; true if one came. */
    boolean await(Duration most) throws InterruptedException;
  }

  /** What shall run, not yet started. */
  Act act(String name, Runnable body);

  /** A new signal. */
  Signal signal();

  /** Waits that long. */
  void pause(Duration time) throws InterruptedException;

  /** What time it is. */
  Clock clock();

  /** Where chance comes from. */
  RandomGenerator random();

  /** About that long, between four and six fifths: so that many do not all try again at once. */
  default Duration about(Duration time) {
    return Duration.ofMillis(Math.round(time.toMillis() * (0.8 + 0.4 * random().nextDouble())));
  }

  /** Virtual threads, by that clock. */
  static Stage threads(Clock clock) {
    return new Threads(clock, RandomGenerator.getDefault());
  }

  /** The real one. */
  record Threads(Clock clock, RandomGenerator random) implements Stage {

    @Override
    public Act act(String name, Runnable body) {
      Thread thread = Thread.ofVirtual().name(name).unstarted(body);
      return new Act() {
        @Override
        public void start() {
          thread.start();
        }

        @Override
        public void interrupt() {
          thread.interrupt();
        }

        @Override
        public boolean isCurrent() {
          return Thread.currentThread() == thread;
        }
      };
    }

    @Override
    public Signal signal() {
      Semaphore rings = new Semaphore(0);
      return new Signal() {
        @Override
        public void ring() {
          rings.release();
        }

        @Override
        public void clear() {
          rings.drainPermits();
        }

        @Override
        public boolean await(Duration most) throws InterruptedException {
          boolean rung = rings.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
          if (rung) {
            rings.drainPermits();
          }
          return rung;
        }
      };
    }

    @Override
    public void pause(Duration time) throws InterruptedException {
      Thread.sleep(time);
    }
  }
}

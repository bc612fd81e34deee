package org.newci.controller.sim;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.newci.controller.effect.Stage;

/**
 * One thread of time: of all that wants to run exactly one does, until it waits; dice say which is
 * next. Nobody waits in real time.
 */
final class Schedule {

  /** What ends everything of a controller that crashed. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crashed", null, false, false);
    }
  }

  /** Something that runs, and a stack to stop on; it belongs to a controller, or to the world. */
  final class Fiber implements Stage.Act {
    private final Object owner;
    private final Runnable body;
    private final Semaphore go = new Semaphore(0);
    private Instant wakeAt;
    private Instant frozenUntil;
    private Rings awaited;
    private boolean running;
    private boolean done;
    private boolean interrupted;
    private boolean killed;

    private Fiber(Object owner, Runnable body) {
      this.owner = owner;
      this.body = body;
    }

    @Override
    public void start() {
      fibers.add(this);
    }

    @Override
    public void interrupt() {
      interrupted = true;
    }

    @Override
    public boolean isCurrent() {
      return current == this;
    }

    private boolean isReady() {
      if (isFrozen()) {
        return killed;
      }
      return !running
          || killed
          || interrupted
          || (awaited != null && awaited.rung)
          || (wakeAt != null && !wakeAt.isAfter(now));
    }

    private boolean isFrozen() {
      return frozenUntil != null && frozenUntil.isAfter(now);
    }

    /** When it may be ready next, if it is not now. */
    private Instant next() {
      return isFrozen() ? frozenUntil : wakeAt;
    }

    private void live() {
      try {
        body.run();
      } catch (Crash e) {
        killed = true;
      } catch (Throwable e) {
        failure = e;
      } finally {
        done = true;
        turn.release();
      }
    }
  }

  private final class Rings implements Stage.Signal {
    private boolean rung;

    @Override
    public void ring() {
      rung = true;
    }

    @Override
    public void clear() {
      rung = false;
    }

    @Override
    public boolean await(Duration most) throws InterruptedException {
      Schedule.this.await(most, this);
      boolean came = rung;
      rung = false;
      return came;
    }
  }

  private final Random dice;
  private final Semaphore turn = new Semaphore(0);
  private final List<Fiber> fibers = new ArrayList<>();
  private Fiber current;
  private Throwable failure;
  private Instant now;
  private Duration wallOffset = Duration.ZERO;
  private long steps;

  Schedule(Random dice, Instant start) {
    this.dice = dice;
    this.now = start;
  }

  /** Time that only goes forward. */
  Instant now() {
    return now;
  }

  /** How many times something ran. */
  long steps() {
    return steps;
  }

  /** Sets the clock on the wall forward or back. */
  void jump(Duration by) {
    wallOffset = wallOffset.plus(by);
  }

  /** What a controller's clock says. */
  final Clock wall =
      new Clock() {
        @Override
        public Instant instant() {
          return now.plus(wallOffset);
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }
      };

  /** The stage of one controller. */
  Stage stage(Object owner) {
    return new Stage() {
      @Override
      public Act act(String name, Runnable body) {
        return new Fiber(owner, body);
      }

      @Override
      public Signal signal() {
        return new Rings();
      }

      @Override
      public void pause(Duration time) throws InterruptedException {
        await(time, null);
      }

      @Override
      public Clock clock() {
        return wall;
      }

      @Override
      public RandomGenerator random() {
        return dice;
      }
    };
  }

  /** Begins something. */
  void begin(Object owner, Runnable body) {
    new Fiber(owner, body).start();
  }

  /** Waits in something that nobody interrupts. */
  void pause(Duration time) {
    try {
      await(time, null);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As a call to another machine waits: false if it was interrupted, which it stays. */
  boolean callWaits(Duration time) {
    Fiber self = current;
    try {
      await(time, null);
      return true;
    } catch (InterruptedException e) {
      self.interrupted = true;
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void await(Duration most, Rings rings) throws InterruptedException {
    Fiber self = current;
    boolean _ = Thread.interrupted();
    self.wakeAt = now.plus(most);
    self.awaited = rings;
    turn.release();
    self.go.acquireUninterruptibly();
    self.wakeAt = null;
    self.awaited = null;
    if (self.killed) {
      throw new Crash();
    }
    if (self.interrupted) {
      self.interrupted = false;
      throw new InterruptedException();
    }
  }

  /** Nothing of that controller goes on before that time, as when its process is stopped. */
  void freeze(Object owner, Instant until) {
    for (Fiber fiber : fibers) {
      if (fiber.owner == owner) {
        fiber.frozenUntil = until;
      }
    }
  }

  /** Ends everything of that controller where it stands. */
  void kill(Object owner) {
    for (Fiber fiber : fibers) {
      if (fiber.owner == owner) {
        fiber.killed = true;
        fiber.done |= !fiber.running;
      }
    }
  }

  /** Runs until that is so, or until that time. */
  void run(BooleanSupplier over, Instant end) {
    List<Fiber> ready = new ArrayList<>();
    while (!over.getAsBoolean() && now.isBefore(end)) {
      fibers.removeIf(fiber -> fiber.done);
      ready.clear();
      Instant next = null;
      // This runs more often than anything else: no streams.
      for (Fiber fiber : fibers) {
        if (fiber.isReady()) {
          ready.add(fiber);
        } else {
          Instant wakes = fiber.next();
          next = next == null || wakes.isBefore(next) ? wakes : next;
        }
      }
      if (ready.isEmpty()) {
        Instant then = next == null ? end : next;
        now = then.isAfter(now) ? then : now.plusMillis(1);
        continue;
      }
      resume(ready.get(dice.nextInt(ready.size())));
    }
  }

  /** Ends all. */
  void close() {
    for (Fiber fiber : List.copyOf(fibers)) {
      fiber.killed = true;
      for (int i = 0; i < 100 && fiber.running && !fiber.done; i++) {
        resume(fiber);
      }
    }
  }

  private void resume(Fiber fiber) {
    steps++;
    current = fiber;
    if (fiber.running) {
      fiber.go.release();
    } else {
      fiber.running = true;
      Thread.ofVirtual().start(fiber::live);
    }
    turn.acquireUninterruptibly();
    current = null;
    if (failure != null) {
      throw new IllegalStateException("a fiber failed", failure);
    }
  }
}

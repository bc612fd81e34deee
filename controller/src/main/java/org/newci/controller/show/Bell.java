package org.newci.controller.show;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;

/** Wakes those who follow a build when it has moved. */
public final class Bell implements Conductor.Listener, AutoCloseable {

  /** How many may follow at a time. */
  static final int MOST = 1_000;

  /** One who follows. */
  static final class Ear {
    private final Semaphore rings = new Semaphore(0);

    /** True if the build moved within that time. */
    boolean await(Duration most) throws InterruptedException {
      boolean rung = rings.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
      rings.drainPermits();
      return rung;
    }
  }

  private final Map<Ear, BuildId> ears = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** Begins to listen; false places means that too many do. */
  @org.jspecify.annotations.Nullable
  Ear listen(BuildId build) {
    if (ears.size() >= MOST) {
      return null;
    }
    Ear ear = new Ear();
    ears.put(ear, build);
    return ear;
  }

  void leave(Ear ear) {
    ears.remove(ear);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void moved(Decision.Move move) {
    ears.forEach(
        (ear, build) -> {
          if (build.equals(move.next().id())) {
            ear.rings.release();
          }
        });
  }

  /** Wakes everybody. */
  public void ringAll() {
    ears.keySet().forEach(ear -> ear.rings.release());
  }

  /** Lets everybody go. */
  @Override
  public void close() {
    closed = true;
    ringAll();
  }
}

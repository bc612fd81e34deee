package org.newci.controller.effect;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.newci.controller.build.BuildId;

/** Who looks at which pipeline, so that a hint can make the next look happen now. */
public final class Watches {

  /** One watch: it pauses between looks, and a hint ends the pause. */
  static final class Watch {
    private final long project;
    private final Semaphore hints = new Semaphore(0);

    private Watch(long project) {
      this.project = project;
    }

    /** Before a look: hints that come from now on are about what it may miss. */
    void looking() {
      hints.drainPermits();
    }

    /** Waits that long, or until a hint comes. */
    void pause(Duration most) throws InterruptedException {
      boolean hinted = hints.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
      if (hinted) {
        hints.drainPermits();
      }
    }
  }

  private final Map<BuildId, Watch> watches = new ConcurrentHashMap<>();

  Watch enter(BuildId build, long project) {
    Watch watch = new Watch(project);
    watches.put(build, watch);
    return watch;
  }

  void leave(BuildId build, Watch watch) {
    watches.remove(build, watch);
  }

  /** Something may be new with that build. */
  void hint(BuildId build) {
    Watch watch = watches.get(build);
    if (watch != null) {
      watch.hints.release();
    }
  }

  /** Something may be new in that GitLab project. */
  public void hintProject(long project) {
    for (Watch watch : watches.values()) {
      if (watch.project == project) {
        watch.hints.release();
      }
    }
  }

  /** Something may be new somewhere. */
  public void hintAll() {
    watches.values().forEach(watch -> watch.hints.release());
  }
}

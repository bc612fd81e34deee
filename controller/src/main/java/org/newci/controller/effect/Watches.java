package org.newci.controller.effect;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.newci.controller.build.BuildId;

/** Who looks at which pipeline, so that a hint can make the next look happen now. */
public final class Watches {

  /** One watch: it pauses between looks, and a hint ends the pause. */
  static final class Watch {
    private final long project;
    private final Stage stage;
    private final Stage.Signal hints;

    private Watch(long project, Stage stage) {
      this.project = project;
      this.stage = stage;
      this.hints = stage.signal();
    }

    /** Before a look: hints that come from now on are about what it may miss. */
    void looking() {
      hints.clear();
    }

    /** Waits about that long, or until a hint comes. */
    void pause(Duration most) throws InterruptedException {
      boolean _ = hints.await(stage.about(most));
    }
  }

  private final Map<BuildId, Watch> watches = new ConcurrentHashMap<>();

  Watch enter(BuildId build, long project, Stage stage) {
    Watch watch = new Watch(project, stage);
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
      watch.hints.ring();
    }
  }

  /** Something may be new in that GitLab project; in any for 0. */
  public void hint(long project) {
    for (Watch watch : watches.values()) {
      if (project == 0 || watch.project == project) {
        watch.hints.ring();
      }
    }
  }
}

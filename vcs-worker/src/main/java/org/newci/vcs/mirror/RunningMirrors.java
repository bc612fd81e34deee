package org.newci.vcs.mirror;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.MirrorAnswer;
import org.newci.vcs.transport.GitThread;

/**
 * Runs mirrorings on threads of their own, so that one goes on when its asker hangs up. The same
 * build joins the one that runs, or gets its answer again; a failed one is forgotten.
 */
final class RunningMirrors {

  private static final int MOST_ANSWERS = 1_000;

  private record Key(String build, String project) {}

  private final Duration whole;
  private final Map<Key, FutureTask<MirrorAnswer>> known = new LinkedHashMap<>();

  /**
   * @param whole limit for one mirroring
   */
  RunningMirrors(Duration whole) {
    this.whole = whole;
  }

  /** The answer of the work, of the running one, or of the earlier one for that build. */
  MirrorAnswer run(MirrorOrder order, Callable<MirrorAnswer> work) throws Exception {
    String build = order.owner().build();
    FutureTask<MirrorAnswer> mine =
        new FutureTask<>(() -> GitThread.call("mirror " + order.name(), whole, work));
    FutureTask<MirrorAnswer> task = mine;
    Key key = build == null ? null : new Key(build, order.name());
    if (key != null) {
      task = joined(key, mine);
    }
    if (task.equals(mine)) {
      Thread.ofVirtual().name("mirror for " + order.name()).start(mine);
    }
    try {
      return task.get();
    } catch (ExecutionException e) {
      forget(key, task);
      throw e.getCause() instanceof Exception failure ? failure : e;
    }
  }

  private synchronized FutureTask<MirrorAnswer> joined(Key key, FutureTask<MirrorAnswer> mine) {
    FutureTask<MirrorAnswer> earlier = known.get(key);
    if (earlier != null
        && (earlier.state() == FutureTask.State.RUNNING
            || earlier.state() == FutureTask.State.SUCCESS)) {
      return earlier;
    }
    if (known.size() >= MOST_ANSWERS) {
      var oldest = known.entrySet().iterator();
      while (oldest.hasNext() && known.size() >= MOST_ANSWERS) {
        if (oldest.next().getValue().isDone()) {
          oldest.remove();
        }
      }
    }
    known.put(key, mine);
    return mine;
  }

  private synchronized void forget(@Nullable Key key, FutureTask<MirrorAnswer> failed) {
    if (key != null) {
      known.remove(key, failed);
    }
  }
}

package org.newci.vcs.mirror;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Pieces of work side by side, each on a virtual thread; none outlives its asker's waiting. */
final class Together {

  private Together() {}

  /** Starts one. */
  static <T> FutureTask<T> start(String name, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name(name).start(task);
    return task;
  }

  /** Its result, or its failure as it was thrown. */
  static <T> T await(Future<T> task) throws Exception {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      throw e;
    } finally {
      task.cancel(true);
    }
  }

  /** All of them; the first failure wins, after all have ended. */
  static void all(String name, List<Callable<Void>> works) throws Exception {
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (Callable<Void> work : works) {
      tasks.add(start(name, work));
    }
    Exception first = null;
    for (FutureTask<Void> task : tasks) {
      try {
        await(task);
      } catch (InterruptedException e) {
        tasks.forEach(other -> other.cancel(true));
        throw e;
      } catch (Exception e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}

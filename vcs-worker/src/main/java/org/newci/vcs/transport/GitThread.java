package org.newci.vcs.transport;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs one piece of work on a virtual thread of its own, with a deadline for the whole of it. On a
 * virtual thread an interrupt closes the socket that it waits for; JGit's own timeouts, which
 * interrupt, work only there, and may leave the thread interrupted.
 */
public final class GitThread {

  /** An interrupted piece of work gets that long to let go of its files. */
  private static final Duration LETTING_GO = Duration.ofSeconds(5);

  private GitThread() {}

  /**
   * The work's result.
   *
   * @throws TimeoutException after the deadline; the work has been interrupted
   * @throws InterruptedException when the caller was interrupted; so was the work
   */
  public static <T> T call(String name, Duration deadline, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread worker = Thread.ofVirtual().name(name).start(task);
    try {
      return task.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception failure) {
        throw failure;
      }
      throw e;
    } finally {
      if (task.cancel(true)) {
        awaitEnd(worker);
      }
    }
  }

  private static void awaitEnd(Thread worker) {
    boolean interrupted = Thread.interrupted();
    try {
      worker.join(LETTING_GO);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** True when one of the failure's causes is of that type. */
  public static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    return cause(failure, type) != null;
  }

  /** The first of the failure's causes that is of that type, itself included; null for none. */
  public static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return type.cast(t);
      }
      if (t.getCause() == t) {
        return null;
      }
    }
    return null;
  }
}

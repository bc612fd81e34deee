package org.newci.controller.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer: a thread that puts what waits at the moment into one transaction, so that many
 * callers share one write to the disk. Each caller's work returns after the commit. Where one of
 * them fails, all are done again, each as a savepoint of its own.
 */
final class GroupCommit implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

  /** Pieces of work in one transaction. */
  private static final int MOST = 256;

  private static final class Work<T> {
    private final Function<Handle, T> body;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private @Nullable T result;
    private @Nullable RuntimeException failure;

    Work(Function<Handle, T> body) {
      this.body = body;
    }

    void run(Handle handle) {
      result = body.apply(handle);
    }

    void runApart(Handle handle) {
      handle.savepoint("work");
      try {
        result = body.apply(handle);
        handle.releaseSavepoint("work");
      } catch (RuntimeException e) {
        handle.rollbackToSavepoint("work");
        failure = e;
      }
    }

    boolean failed() {
      return failure != null;
    }

    void committed() {
      if (failure != null) {
        done.completeExceptionally(failure);
      } else {
        done.complete(result);
      }
    }
  }

  private final Jdbi jdbi;
  private final Runnable kept;
  private final Runnable undone;
  private final BlockingQueue<Work<?>> waiting = new LinkedBlockingQueue<>(100_000);
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param kept told, by the writing thread, of each commit before anybody who waits for it
   * @param undone told, by the same, that something which was run is not kept
   */
  GroupCommit(Jdbi jdbi, Runnable kept, Runnable undone) {
    this.jdbi = jdbi;
    this.kept = kept;
    this.undone = undone;
    this.thread = Thread.ofPlatform().name("ledger-writer").start(this::loop);
  }

  /** Runs that in a transaction; returns when it is on the disk. */
  <T> T write(Function<Handle, T> body) {
    Work<T> work = new Work<>(body);
    if (closed || !waiting.offer(work)) {
      throw new IllegalStateException(
          closed ? "the ledger is closed" : "more writes wait than the ledger takes");
    }
    try {
      return work.done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void loop() {
    List<Work<?>> group = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        group.add(waiting.take());
        waiting.drainTo(group, MOST - 1);
        commit(group);
      } catch (InterruptedException e) {
        LOG.debug("nobody but the end of the process interrupts the ledger's writer", e);
      } finally {
        group.clear();
      }
    }
  }

  private void commit(List<Work<?>> group) {
    AtomicBoolean done = new AtomicBoolean();
    try {
      jdbi.useTransaction(
          handle -> {
            group.forEach(work -> work.run(handle));
            done.set(true);
          });
    } catch (RuntimeException e) {
      undone.run();
      if (done.get()) {
        group.forEach(work -> work.done.completeExceptionally(e));
      } else {
        LOG.debug("of {} pieces of work one failed: all are done again", group.size(), e);
        commitApart(group);
      }
      return;
    }
    kept.run();
    group.forEach(Work::committed);
  }

  private void commitApart(List<Work<?>> group) {
    try {
      jdbi.useTransaction(handle -> group.forEach(work -> work.runApart(handle)));
      kept.run();
      if (group.stream().anyMatch(Work::failed)) {
        undone.run();
      }
    } catch (RuntimeException e) {
      undone.run();
      group.forEach(work -> work.done.completeExceptionally(e));
      return;
    }
    group.forEach(Work::committed);
  }

  @Override
  public void close() {
    closed = true;
    // Wakes the thread; what waits before it is still written.
    boolean _ = waiting.offer(new Work<>(handle -> ""));
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    waiting.forEach(
        work -> work.done.completeExceptionally(new IllegalStateException("the ledger is closed")));
  }
}

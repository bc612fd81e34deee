package org.newci.runner.sandbox;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Starts processes on one thread that never ends while the runner runs. The kernel ties {@code
 * PR_SET_PDEATHSIG}, by which a sandbox dies with the runner, to the <em>thread</em> that forked: a
 * job started from a pool's thread would die when the pool lets that thread go.
 */
public final class Spawner implements AutoCloseable {

  private final BlockingQueue<FutureTask<Process>> wanted = new LinkedBlockingQueue<>();
  private final Thread thread;

  public Spawner() {
    thread = Thread.ofPlatform().daemon().name("job-spawner").start(this::work);
  }

  /** Starts it; safe from any thread. */
  public Process start(ProcessBuilder process) throws IOException {
    FutureTask<Process> task = new FutureTask<>(process::start);
    wanted.add(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          // A process that has been asked for must not be lost: the caller has to end it.
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IOException(
              "cannot start %s".formatted(process.command().getFirst()), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void work() {
    try {
      while (true) {
        wanted.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the thread, and by that every sandbox that still runs. */
  @Override
  public void close() {
    thread.interrupt();
  }
}

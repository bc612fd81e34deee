package org.newci.standin.pipeline;

import java.time.Clock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.newci.standin.database.Database;

/** Runs changes one after the other, and what follows from each after its commit. */
public final class Changes {

  private final Database database;
  private final Witness witness;
  private final JobQueue queue;
  private final Clock clock;
  // Keeps what follows from two changes in the order of their commits.
  private final ReentrantLock order = new ReentrantLock();

  public Changes(Database database, Witness witness, JobQueue queue, Clock clock) {
    this.database = database;
    this.witness = witness;
    this.queue = queue;
    this.clock = clock;
  }

  /** Runs one change; an exception undoes all of it. */
  public <T> T run(Function<Change, T> work) {
    order.lock();
    try {
      Change[] made = new Change[1];
      T result =
          database.write(
              handle -> {
                made[0] = new Change(handle, clock.instant(), witness);
                return work.apply(made[0]);
              });
      if (made[0].queueGrew()) {
        queue.grew();
      }
      made[0].afterwards().forEach(Runnable::run);
      return result;
    } finally {
      order.unlock();
    }
  }
}

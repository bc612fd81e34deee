package org.newci.vcs.transport;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** One lock per name, gone when nobody holds or awaits it. */
public final class KeyedLocks {

  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock(true);
    int users;
  }

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** Waits for that name's lock; an interrupt ends the waiting. */
  public Held hold(String name) throws InterruptedException {
    Entry entry =
        entries.compute(
            name,
            (key, known) -> {
              Entry used = known == null ? new Entry() : known;
              used.users++;
              return used;
            });
    try {
      entry.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      leave(name);
      throw e;
    }
    return new Held(this, name, entry.lock);
  }

  private void leave(String name) {
    entries.computeIfPresent(name, (key, entry) -> --entry.users == 0 ? null : entry);
  }

  /** A lock that is held until it is closed, by the thread that got it. */
  public record Held(KeyedLocks locks, String name, ReentrantLock lock) implements AutoCloseable {
    @Override
    public void close() {
      lock.unlock();
      locks.leave(name);
    }
  }
}

package org.newci.vcs.source;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * How many sources may be asked at once: a few of each server, so that one that hangs holds up its
 * own only, and a number in all. Who is too many waits; an interrupt ends the waiting.
 */
final class FetchSlots {

  private static final class Server {
    final Semaphore free;
    int users;

    Server(int permits) {
      free = new Semaphore(permits, true);
    }
  }

  private final int ofServer;
  private final Semaphore all;
  private final ConcurrentHashMap<String, Server> servers = new ConcurrentHashMap<>();

  FetchSlots(int ofServer, int inAll) {
    this.ofServer = ofServer;
    this.all = new Semaphore(inAll, true);
  }

  /** A right to ask, given back when closed. */
  interface Slot extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits for a right to ask that server. Who waits for one server takes none of the others. */
  Slot take(String server) throws InterruptedException {
    Server entry =
        servers.compute(
            server,
            (name, known) -> {
              Server used = known == null ? new Server(ofServer) : known;
              used.users++;
              return used;
            });
    boolean mine = false;
    try {
      entry.free.acquire();
      mine = true;
      all.acquire();
    } catch (InterruptedException e) {
      if (mine) {
        entry.free.release();
      }
      leave(server);
      throw e;
    }
    return () -> {
      all.release();
      entry.free.release();
      leave(server);
    };
  }

  private void leave(String server) {
    servers.computeIfPresent(server, (name, entry) -> --entry.users == 0 ? null : entry);
  }
}

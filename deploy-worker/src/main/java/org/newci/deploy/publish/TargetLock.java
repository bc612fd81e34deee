package org.newci.deploy.publish;

import java.time.Duration;
import java.util.UUID;
import org.newci.deploy.ssh.SshConnection;
import org.newci.deploy.ssh.SshFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of an environment, at the environment: the folder {@code .newci/lock}, which only one
 * can make. It is held from the last look at the records until the files are renamed, not while
 * bytes are on their way. A holder that dies leaves it; after a minute by the server's own clock
 * another one takes it over.
 */
final class TargetLock {

  private static final Logger LOG = LoggerFactory.getLogger(TargetLock.class);
  private static final Duration ABANDONED = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /** Something done under the lock. */
  interface Work<T> {
    T run() throws SshFailure;
  }

  private TargetLock() {}

  static <T> T with(Site site, Duration patience, Work<T> work) throws SshFailure {
    SshConnection connection = site.connection();
    String lock = site.aside("lock");
    acquire(site, lock, patience);
    boolean done = false;
    try {
      T result = work.run();
      done = true;
      return result;
    } finally {
      release(connection, lock, done);
    }
  }

  private static void acquire(Site site, String lock, Duration patience) throws SshFailure {
    site.prepare();
    long end = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (!site.connection().claim(lock)) {
      if (System.nanoTime() > end) {
        throw new SshFailure(
            SshFailure.Kind.BUSY, "Another deploy worker holds the environment's lock.", null);
      }
      if (pause.equals(LONGEST_PAUSE)) {
        takeOver(site, lock);
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SshFailure(SshFailure.Kind.BUSY, "The deployment was interrupted.", e);
      }
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
  }

  /** Of several who see an abandoned lock, the rename lets one remove it. */
  private static void takeOver(Site site, String lock) throws SshFailure {
    SshConnection connection = site.connection();
    long since = connection.changedAt(lock);
    String probe = site.freshPath();
    connection.write(probe, new byte[0]);
    long now = connection.changedAt(probe);
    connection.remove(probe);
    if (since < 0 || now - since < ABANDONED.toSeconds()) {
      return;
    }
    LOG.warn("the lock {} is {} s old: its holder is taken for dead", lock, now - since);
    String aside = site.aside("lock-" + UUID.randomUUID());
    connection.replace(lock, aside);
    connection.release(aside);
  }

  private static void release(SshConnection connection, String lock, boolean done)
      throws SshFailure {
    try {
      connection.release(lock);
    } catch (SshFailure e) {
      if (done) {
        throw e;
      }
      LOG.warn("the lock {} stays for a minute: {}", lock, e.getMessage());
    }
  }
}

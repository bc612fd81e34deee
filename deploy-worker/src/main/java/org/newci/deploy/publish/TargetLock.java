package org.newci.deploy.publish;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.newci.deploy.ssh.OwnNames;
import org.newci.deploy.ssh.SshConnection;
import org.newci.deploy.ssh.SshFailure;
import org.newci.shell.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of an environment, at the environment: {@code .newci/lock} holds one folder, named after
 * its owner; an empty one is free. It is held from the last look at the records until the files are
 * renamed, not while bytes are on their way.
 *
 * <p>Whoever wants it prepares such a folder beside and renames it into place, which the server
 * refuses while somebody is in. Everything that the owner then changes passes through its own
 * folder and gets its place by a rename from there. So whoever takes the lock over, by renaming
 * that folder away, also ends what its former owner may still do: a late rename finds no source. It
 * may be taken over when its owner gave no sign for a minute, by the server's own clock.
 */
final class TargetLock {

  private static final Logger LOG = LoggerFactory.getLogger(TargetLock.class);
  private static final Duration ABANDONED = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
  private static final Duration LOOK_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

  /** Something done under the lock. */
  interface Work<T> {
    T under(TargetLock lock) throws SshFailure;
  }

  private final Site site;
  private final SshConnection connection;
  private final OwnNames names;
  private final String owner;
  private final String path;
  private boolean tookOver;
  private int written;

  private TargetLock(Site site, OwnNames names, String owner) {
    this.site = site;
    this.connection = site.connection();
    this.names = names;
    this.owner = owner;
    this.path = site.aside("lock");
  }

  static <T> T with(Site site, OwnNames names, Duration patience, Work<T> work) throws SshFailure {
    String owner = names.fresh();
    try {
      TargetLock lock = new TargetLock(site, names, owner);
      lock.acquire(patience);
      boolean done = false;
      try {
        T result = work.under(lock);
        done = true;
        return result;
      } finally {
        lock.release(done);
      }
    } finally {
      names.done(owner);
    }
  }

  /** True when somebody may have left something half done. */
  boolean tookOver() {
    return tookOver;
  }

  /** Writes a small file in one step. */
  void put(String file, Object body) throws SshFailure {
    String temp = inside("%d.json".formatted(++written));
    fenced(() -> connection.write(temp, Json.write(body).getBytes(StandardCharsets.UTF_8)));
    fenced(() -> connection.replace(temp, file));
  }

  /** Lets an upload take that path. */
  void publish(String upload, String file) throws SshFailure {
    String staged = inside(upload.substring(upload.lastIndexOf('/') + 1));
    fenced(() -> connection.replace(upload, staged));
    fenced(() -> connection.replace(staged, file));
  }

  /** Removes a small file that is there. */
  void remove(String file) throws SshFailure {
    String gone = inside("gone");
    fenced(() -> connection.replace(file, gone));
    connection.remove(gone);
  }

  private interface Step {
    void run() throws SshFailure;
  }

  private void fenced(Step step) throws SshFailure {
    try {
      step.run();
    } catch (SshFailure e) {
      if (e.kind() == SshFailure.Kind.FOLDER_MISSING && !connection.isFolder(inside(""))) {
        throw new SshFailure(
            SshFailure.Kind.BUSY,
            "Another deploy worker took the environment's lock over, because this one gave no sign"
                + " for %d s.".formatted(ABANDONED.toSeconds()),
            e);
      }
      throw e;
    }
  }

  private String inside(String file) {
    return path + "/" + owner + (file.isEmpty() ? "" : "/" + file);
  }

  private void acquire(Duration patience) throws SshFailure {
    site.prepare();
    String prepared = site.prepared(owner);
    connection.make(prepared);
    connection.make(prepared + "/" + owner);
    boolean acquired = false;
    try {
      await(prepared, patience);
      acquired = true;
    } finally {
      if (!acquired) {
        giveUp();
      }
    }
  }

  private void await(String prepared, Duration patience) throws SshFailure {
    long end = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (!connection.claim(prepared, path)) {
      if (System.nanoTime() > end) {
        throw new SshFailure(
            SshFailure.Kind.BUSY, "Another deploy worker holds the environment's lock.", null);
      }
      if (pause.compareTo(LOOK_PAUSE) >= 0 && lookAtOwner(prepared)) {
        continue;
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

  /** Takes the lock from an owner who is gone; true when it is worth trying again at once. */
  private boolean lookAtOwner(String prepared) throws SshFailure {
    List<String> owners = connection.list(path);
    if (owners.isEmpty()) {
      return true;
    }
    String other = owners.getFirst();
    // What this very worker did before a crash, or over a line that broke, nobody does any more.
    if (!names.abandoned(other)) {
      long since = connection.changedAt(path + "/" + other);
      String probe = prepared + "/" + owner + "/now";
      connection.write(probe, new byte[1]);
      long now = connection.changedAt(probe);
      connection.remove(probe);
      if (since < 0) {
        return true;
      }
      if (now - since < ABANDONED.toSeconds()) {
        return false;
      }
      LOG.warn(
          "{} holds {} for {} s without a sign: it is taken for dead", other, path, now - since);
    }
    // The owner's name in the path: of several who look, only one finds it, and no later owner
    // goes.
    if (connection.moved(path + "/" + other, site.lost(other))) {
      tookOver = true;
    }
    return true;
  }

  private void giveUp() {
    try {
      site.removePrepared(owner);
    } catch (SshFailure e) {
      LOG.debug("{} stays until this worker connects again", site.prepared(owner), e);
    }
  }

  private void release(boolean done) throws SshFailure {
    try {
      if (!done) {
        site.sort(inside(""));
      }
      connection.release(inside(""));
    } catch (SshFailure e) {
      if (done) {
        throw e;
      }
      LOG.warn("the lock {} stays for a while: {}", inside(""), e.getMessage());
    }
  }
}

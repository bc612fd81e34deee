package org.newci.deploy.publish;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.newci.deploy.ssh.OwnNames;
import org.newci.deploy.ssh.SshConnection;
import org.newci.deploy.ssh.SshFailure;

/**
 * Removes what nobody will come back to: this worker's own leftovers, and what lies around for a
 * day. Under the lock, so that nobody can be about to publish it.
 */
final class Leftovers {

  private static final Duration STALE = Duration.ofDays(1);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final OwnNames names;
  private final Clock clock;

  Leftovers(OwnNames names, Clock clock) {
    this.names = names;
    this.clock = clock;
  }

  /** Looks once over that connection. */
  void clear(Site site) throws SshFailure {
    long before = clock.instant().minus(STALE).getEpochSecond();
    List<String> uploads =
        site.uploads().stream()
            .filter(one -> old(one, site.ownNameOf(one.name()), before))
            .map(SshConnection.Entry::name)
            .toList();
    if (!uploads.isEmpty()) {
      remove(site, uploads);
    }
    for (SshConnection.Entry one : site.preparedLocks()) {
      String owner = site.ownNameOf(one.name());
      if (old(one, owner, before)) {
        site.removePrepared(owner);
      }
    }
  }

  /** Removes those uploads, unless a deployment that was interrupted still needs them. */
  void remove(Site site, List<String> uploads) throws SshFailure {
    TargetLock.with(
        site,
        names,
        PATIENCE,
        lock -> {
          new Together(site, lock, clock).recover();
          site.removeUploads(uploads);
          return uploads;
        });
  }

  private boolean old(SshConnection.Entry one, String name, long before) {
    return names.abandoned(name) || one.changedAt() < before;
  }
}

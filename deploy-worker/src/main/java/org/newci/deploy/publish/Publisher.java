package org.newci.deploy.publish;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.deploy.blob.BlobSource;
import org.newci.deploy.blob.OpenBlob;
import org.newci.deploy.blob.Sha256;
import org.newci.deploy.ssh.SshConnection;
import org.newci.deploy.ssh.SshConnections;
import org.newci.deploy.ssh.SshFailure;
import org.newci.shell.edge.PathName;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes blobs: one deployment of a name at a time, different names side by side. Each may be
 * repeated from its start at any point: what the environment remembers decides.
 */
public final class Publisher {

  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration CLEANING = Duration.ofSeconds(20);

  /** How long a record that was read is taken for the present one. */
  private static final Duration FRESH = Duration.ofMillis(500);

  private final BlobSource source;
  private final SshConnections connections;
  private final String siteUrl;
  private final Duration limit;
  private final Clock clock;
  private final ReentrantLock[] names =
      IntStream.range(0, 64).mapToObj(i -> new ReentrantLock(true)).toArray(ReentrantLock[]::new);

  public Publisher(
      BlobSource source, SshConnections connections, URI siteUrl, Duration limit, Clock clock) {
    this.source = source;
    this.connections = connections;
    this.siteUrl = siteUrl.toString().replaceAll("/+$", "");
    this.limit = limit;
    this.clock = clock;
  }

  /** Does it, or says why not. */
  public DeployAnswer publish(Order order) throws SshFailure {
    ReentrantLock lock = names[Math.floorMod(order.name().hashCode(), names.length)];
    if (!taken(lock)) {
      throw new SshFailure(
          SshFailure.Kind.BUSY,
          "Other deployments of '%s' take too long.".formatted(order.name().value()),
          null);
    }
    try {
      return connections.with(limit, connection -> over(connection, order));
    } finally {
      lock.unlock();
    }
  }

  private boolean taken(ReentrantLock lock) {
    try {
      return lock.tryLock(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private DeployAnswer over(SshConnection connection, Order order) throws SshFailure {
    Site site = new Site(connection, connections.target());
    Optional<TargetRecord> record = site.record(order.name());
    order.checkAgainst(record);
    Sha256 known = order.pinned();
    if (record.isPresent() && order.repeats(record.get())) {
      known = new Sha256(record.get().sha256());
    }
    // A digest is enough to know that nothing is to be done; a mere name is not.
    boolean addressed = Sha256.ofAddress(order.artifact()).isPresent();
    boolean repeated = record.isPresent() && order.repeats(record.get());
    if (known != null && (addressed || repeated) && serves(site, record, order.name(), known)) {
      return unchanged(site, record.orElseThrow(), order);
    }
    try (OpenBlob blob = source.open(order.artifact())) {
      if (known != null && !known.equals(blob.digest())) {
        throw Order.mismatch(order.artifact(), blob.digest(), known);
      }
      if (serves(site, record, order.name(), blob.digest())) {
        return unchanged(site, record.orElseThrow(), order);
      }
      return copy(site, blob, order, record);
    }
  }

  private static boolean serves(
      Site site, Optional<TargetRecord> record, PublishedName name, Sha256 digest)
      throws SshFailure {
    return record.isPresent() && record.get().serves(digest) && site.has(name, record.get().size());
  }

  private DeployAnswer unchanged(Site site, TargetRecord there, Order order) throws SshFailure {
    Sha256 digest = new Sha256(there.sha256());
    if (order.sequence() != null && !order.repeats(there)) {
      TargetRecord later = order.record(Optional.of(there), digest, there.size(), clock.instant());
      site.record(order.name(), later.in(TargetRecord.PUBLISHED, clock.instant()));
    }
    return new DeployAnswer(urlOf(order.name()), there.size(), digest.hex(), false);
  }

  private DeployAnswer copy(Site site, OpenBlob blob, Order order, Optional<TargetRecord> before)
      throws SshFailure {
    Instant start = clock.instant();
    String temp = site.freshPath();
    boolean published = false;
    try {
      site.upload(temp, blob.bytes(), blob.size());
      long size = checked(blob, order);
      Optional<TargetRecord> record = before;
      if (Duration.between(start, clock.instant()).compareTo(FRESH) > 0) {
        // Another worker may have been here while the bytes were on their way.
        record = site.record(order.name());
        order.checkAgainst(record);
      }
      TargetRecord next = order.record(record, blob.digest(), size, clock.instant());
      site.record(order.name(), next);
      site.publish(temp, order.name());
      published = true;
      site.record(order.name(), next.in(TargetRecord.PUBLISHED, clock.instant()));
      LOG.info("published '{}' {} {} bytes", order.name().value(), blob.digest().address(), size);
      return new DeployAnswer(urlOf(order.name()), size, blob.digest().hex(), true);
    } finally {
      if (!published) {
        remove(temp);
      }
    }
  }

  private static long checked(OpenBlob blob, Order order) {
    if (blob.bytes().broken() != null) {
      throw Problem.badGateway(
          "store-unreachable",
          "The artifact store broke off after %d of %d bytes of '%s'; nothing was published."
              .formatted(blob.bytes().count(), blob.size(), order.artifact()));
    }
    Sha256 received = blob.bytes().digest();
    if (!received.equals(blob.digest())) {
      throw Order.mismatch(order.artifact(), received, blob.digest());
    }
    return blob.bytes().count();
  }

  private void remove(String temp) {
    // Not in the way of the failure that is being told; what stays is removed after a day.
    Thread.ofVirtual()
        .name("remove-upload")
        .start(
            () -> {
              try {
                connections.with(
                    CLEANING,
                    connection -> {
                      connection.remove(temp);
                      return temp;
                    });
              } catch (SshFailure e) {
                LOG.warn("the unfinished upload {} stays: {}", temp, e.getMessage());
              }
            });
  }

  private String urlOf(PublishedName name) {
    return siteUrl + "/" + PathName.encode(name.value());
  }
}

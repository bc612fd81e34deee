package org.newci.deploy.publish;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.deploy.blob.BlobSource;
import org.newci.deploy.blob.OpenBlob;
import org.newci.deploy.blob.Sha256;
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
  private static final int MOST_RECORDS = 1_000;

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

  /** Does it, or says why not; several appear together. */
  public DeployAnswer publish(List<Order> orders) throws SshFailure {
    return locked(orders, site -> over(site, orders));
  }

  /**
   * Serves bytes of before again.
   *
   * @param digest which; those just before the present ones when null
   */
  public DeployAnswer redo(PublishedName name, @Nullable Sha256 digest, Order.Redo redo)
      throws SshFailure {
    Order probe = new Order("", name, null, null, null, null, redo);
    return locked(
        List.of(probe),
        site -> {
          Optional<TargetRecord> record = site.record(name);
          List<TargetRecord.Past> past = record.map(TargetRecord::past).orElse(List.of());
          Sha256 back = digest != null ? digest : record.flatMap(TargetRecord::before).orElse(null);
          if (back == null) {
            throw Problem.conflict(
                "Nothing was served as '%s' before what is served now.".formatted(name.value()));
          }
          if (record.isEmpty() || !record.get().served(back)) {
            throw Problem.conflict(
                "%s was never served as '%s' here, so that there is no way back to it."
                    .formatted(back.address(), name.value()));
          }
          String build =
              past.stream()
                  .filter(one -> one.sha256().equals(back.hex()))
                  .map(TargetRecord.Past::build)
                  .filter(Objects::nonNull)
                  .findFirst()
                  .orElse(null);
          return over(site, List.of(Order.redo(name, back, build, redo)));
        });
  }

  /** What the environment remembers, by name. */
  public List<TargetRecord> records() throws SshFailure {
    return connections.with(
        limit, connection -> new Site(connection, connections.target()).records(MOST_RECORDS));
  }

  private interface Work {
    DeployAnswer at(Site site) throws SshFailure;
  }

  private DeployAnswer locked(List<Order> orders, Work work) throws SshFailure {
    // In one order for everybody, so that two deployments of several cannot wait for each other.
    int[] stripes =
        orders.stream()
            .mapToInt(order -> Math.floorMod(order.name().hashCode(), names.length))
            .distinct()
            .sorted()
            .toArray();
    Deque<ReentrantLock> held = new ArrayDeque<>();
    try {
      for (int stripe : stripes) {
        if (!taken(names[stripe])) {
          throw new SshFailure(
              SshFailure.Kind.BUSY,
              "Other deployments of '%s' take too long."
                  .formatted(orders.getFirst().name().value()),
              null);
        }
        held.push(names[stripe]);
      }
      return connections.with(
          limit, connection -> work.at(new Site(connection, connections.target())));
    } finally {
      held.forEach(ReentrantLock::unlock);
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

  private DeployAnswer over(Site site, List<Order> orders) throws SshFailure {
    List<Upload> uploads = new ArrayList<>();
    boolean published = false;
    try {
      for (Order order : orders) {
        uploads.add(upload(site, order));
      }
      if (uploads.stream().anyMatch(upload -> !upload.there())) {
        TargetLock.with(site, limit, () -> commit(site, uploads));
      } else {
        for (Upload upload : uploads) {
          noteSequence(site, upload);
        }
      }
      published = true;
    } finally {
      if (!published) {
        uploads.stream().map(Upload::temp).filter(temp -> !temp.isEmpty()).forEach(this::remove);
      }
    }
    List<DeployAnswer> answers = uploads.stream().map(this::answer).toList();
    DeployAnswer first = answers.getFirst();
    return answers.size() == 1
        ? first
        : new DeployAnswer(
            first.url(),
            answers.stream().mapToLong(DeployAnswer::size).sum(),
            first.sha256(),
            answers.stream().anyMatch(DeployAnswer::changed),
            answers);
  }

  /**
   * Bytes that are at the environment.
   *
   * @param temp where; empty when they are served already
   */
  private record Upload(Order order, String temp, Sha256 digest, long size) {
    boolean there() {
      return temp.isEmpty();
    }
  }

  private DeployAnswer answer(Upload upload) {
    return DeployAnswer.of(
        urlOf(upload.order().name()), upload.size(), upload.digest().hex(), !upload.there());
  }

  private Upload upload(Site site, Order order) throws SshFailure {
    Optional<TargetRecord> record = site.record(order.name());
    order.checkAgainst(record);
    Sha256 known = order.pinned();
    boolean repeated = record.isPresent() && order.repeats(record.get());
    if (repeated) {
      known = new Sha256(record.get().sha256());
    }
    // A digest is enough to know that nothing is to be done; a mere name is not.
    boolean addressed = Sha256.ofAddress(order.artifact()).isPresent();
    if (known != null && (addressed || repeated) && serves(site, record, order, known)) {
      return new Upload(order, "", known, record.orElseThrow().size());
    }
    if (known != null) {
      order.checkNotRefused(record, known);
    }
    try (OpenBlob blob = source.open(order.artifact())) {
      if (known != null && !known.equals(blob.digest())) {
        throw Order.mismatch(order.artifact(), blob.digest(), known);
      }
      if (serves(site, record, order, blob.digest())) {
        return new Upload(order, "", blob.digest(), record.orElseThrow().size());
      }
      order.checkNotRefused(record, blob.digest());
      String temp = site.freshPath();
      try {
        site.upload(temp, blob.bytes(), blob.size());
        return new Upload(order, temp, blob.digest(), checked(blob, order));
      } catch (SshFailure | RuntimeException e) {
        remove(temp);
        throw e;
      }
    }
  }

  private static boolean serves(
      Site site, Optional<TargetRecord> record, Order order, Sha256 digest) throws SshFailure {
    return record.isPresent()
        && record.get().serves(digest)
        && site.has(order.name(), record.get().size());
  }

  /** Under the environment's lock: other workers may have been here while the bytes were coming. */
  private boolean commit(Site site, List<Upload> uploads) throws SshFailure {
    Together together = new Together(site, clock);
    together.recover();
    List<Together.Step> steps = new ArrayList<>();
    for (Upload upload : uploads) {
      Order order = upload.order();
      Optional<TargetRecord> record = site.record(order.name());
      order.checkAgainst(record);
      order.checkNotRefused(record, upload.digest());
      if (!upload.there()) {
        steps.add(
            new Together.Step(
                upload.temp(),
                TargetRecord.of(order, upload.digest(), upload.size(), record, clock.instant())));
      }
    }
    together.publish(steps);
    for (Upload upload : uploads) {
      if (upload.there()) {
        noteSequence(site, upload);
      }
    }
    return true;
  }

  /** What is served already may have got a later place in the order. */
  private void noteSequence(Site site, Upload upload) throws SshFailure {
    Order order = upload.order();
    Optional<TargetRecord> there = site.record(order.name());
    if (order.sequence() != null && there.isPresent() && !order.repeats(there.get())) {
      TargetRecord later =
          TargetRecord.of(order, upload.digest(), upload.size(), there, clock.instant());
      site.record(order.name(), later.in(TargetRecord.PUBLISHED, clock.instant()));
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

  /** Where that name is served. */
  public String urlOf(PublishedName name) {
    return siteUrl + "/" + PathName.encode(name.value());
  }
}

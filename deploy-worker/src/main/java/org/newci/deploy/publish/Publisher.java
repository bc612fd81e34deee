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
import org.newci.deploy.ssh.OwnNames;
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
  private static final int MOST_TRIES = 3;

  private final BlobSource source;
  private final SshConnections connections;
  private final String siteUrl;
  private final Duration limit;
  private final Clock clock;
  private final OwnNames names;
  private final Leftovers leftovers;
  private final ReentrantLock[] stripes =
      IntStream.range(0, 64).mapToObj(i -> new ReentrantLock(true)).toArray(ReentrantLock[]::new);

  public Publisher(
      BlobSource source, SshConnections connections, URI siteUrl, Duration limit, Clock clock) {
    this.source = source;
    this.connections = connections;
    this.siteUrl = siteUrl.toString().replaceAll("/+$", "");
    this.limit = limit;
    this.clock = clock;
    this.names = connections.ownNames();
    this.leftovers = new Leftovers(names, clock);
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
    Order probe = new Order("", name, digest, null, null, null, redo);
    return locked(
        List.of(probe),
        site -> {
          Optional<TargetRecord> record = site.record(name);
          probe.checkAgainst(record);
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

  /** What the environment remembers, at most so many after that place. */
  Site.Page records(String after, int most) throws SshFailure {
    return connections.with(
        limit, connection -> new Site(connection, connections.target()).records(after, most));
  }

  /** What the environment remembers of that name. */
  Site.Page record(PublishedName name) throws SshFailure {
    return connections.with(
        limit,
        connection ->
            new Site.Page(
                new Site(connection, connections.target()).record(name).stream().toList(), null));
  }

  private interface Work {
    DeployAnswer at(Site site) throws SshFailure;
  }

  private DeployAnswer locked(List<Order> orders, Work work) throws SshFailure {
    // In one order for everybody, so that two deployments of several cannot wait for each other.
    int[] wanted =
        orders.stream()
            .mapToInt(order -> Math.floorMod(order.name().hashCode(), stripes.length))
            .distinct()
            .sorted()
            .toArray();
    Deque<ReentrantLock> held = new ArrayDeque<>();
    try {
      for (int stripe : wanted) {
        if (!taken(stripes[stripe])) {
          throw new SshFailure(
              SshFailure.Kind.BUSY,
              "Other deployments of '%s' take too long."
                  .formatted(orders.getFirst().name().value()),
              null);
        }
        held.push(stripes[stripe]);
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
    for (int tries = 1; tries <= MOST_TRIES; tries++) {
      List<Upload> uploads = uploaded(site, orders);
      if (done(site, uploads)) {
        return answer(uploads);
      }
      LOG.info(
          "another worker was here meanwhile: '{}' is looked at again", orders.getFirst().name());
    }
    throw new SshFailure(
        SshFailure.Kind.BUSY,
        "Other deploy workers change '%s' all the time."
            .formatted(orders.getFirst().name().value()),
        null);
  }

  private List<Upload> uploaded(Site site, List<Order> orders) throws SshFailure {
    List<Upload> uploads = new ArrayList<>();
    boolean whole = false;
    try {
      for (Order order : orders) {
        uploads.add(upload(site, order));
      }
      whole = true;
      return uploads;
    } finally {
      if (!whole) {
        remove(uploads, Site::removeUploads);
      }
    }
  }

  /** False when what was served is not served any more: then all is to be looked at again. */
  private boolean done(Site site, List<Upload> uploads) throws SshFailure {
    boolean nothingToDo = uploads.stream().allMatch(upload -> upload.there() && upload.noted());
    if (nothingToDo) {
      return true;
    }
    boolean published = false;
    try {
      published = TargetLock.with(site, names, limit, lock -> commit(site, lock, uploads));
    } finally {
      if (published) {
        uploads.forEach(upload -> names.done(upload.own()));
      } else {
        // The journal may name them, and a rename may be on its way.
        remove(uploads, leftovers::remove);
      }
    }
    return published;
  }

  private DeployAnswer answer(List<Upload> uploads) {
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
   * @param own what their upload is called; empty when they are served already
   * @param noted true when the record has this order's number, or needs none
   */
  private record Upload(Order order, String own, Sha256 digest, long size, boolean noted) {

    static Upload served(Order order, TargetRecord record) {
      return new Upload(
          order, "", new Sha256(record.sha256()), record.size(), order.isNotedIn(record));
    }

    boolean there() {
      return own.isEmpty();
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
      return Upload.served(order, record.orElseThrow());
    }
    if (known != null) {
      order.checkNotRefused(record, known);
    }
    try (OpenBlob blob = source.open(order.artifact())) {
      if (known != null && !known.equals(blob.digest())) {
        throw Order.mismatch(order.artifact(), blob.digest(), known);
      }
      if (serves(site, record, order, blob.digest())) {
        return Upload.served(order, record.orElseThrow());
      }
      order.checkNotRefused(record, blob.digest());
      Upload upload = new Upload(order, names.fresh(), blob.digest(), blob.size(), false);
      try {
        site.upload(pathOf(site, upload), blob.bytes(), blob.size());
        check(blob, order);
        return upload;
      } catch (SshFailure | RuntimeException e) {
        remove(List.of(upload), Site::removeUploads);
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

  private static String pathOf(Site site, Upload upload) {
    return site.uploadPath(Site.uploadOf(upload.own()));
  }

  /** Under the environment's lock: other workers may have been here while the bytes were coming. */
  private boolean commit(Site site, TargetLock lock, List<Upload> uploads) throws SshFailure {
    Together together = new Together(site, lock, clock);
    together.recover();
    List<Together.Step> steps = new ArrayList<>();
    List<TargetRecord> notes = new ArrayList<>();
    for (Upload upload : uploads) {
      Order order = upload.order();
      Optional<TargetRecord> record = site.record(order.name());
      order.checkAgainst(record);
      order.checkNotRefused(record, upload.digest());
      if (upload.there() && !serves(site, record, order, upload.digest())) {
        return false;
      }
      TargetRecord next =
          TargetRecord.of(order, upload.digest(), upload.size(), record, clock.instant());
      if (!upload.there()) {
        steps.add(new Together.Step(pathOf(site, upload), next));
      } else if (!upload.noted()) {
        // What is served already gets a later place in the order.
        notes.add(next.in(TargetRecord.PUBLISHED, clock.instant()));
      }
    }
    together.publish(steps);
    for (TargetRecord note : notes) {
      lock.put(site.recordPath(new PublishedName(note.name())), note);
    }
    return true;
  }

  private static void check(OpenBlob blob, Order order) {
    if (blob.checked().broken() != null) {
      throw Problem.badGateway(
          "store-unreachable",
          "The artifact store broke off after %d of %d bytes of '%s'; nothing was published."
              .formatted(blob.checked().count(), blob.size(), order.artifact()));
    }
    Sha256 received = blob.checked().digest();
    if (!received.equals(blob.digest())) {
      throw Order.mismatch(order.artifact(), received, blob.digest());
    }
  }

  private interface Removal {
    void at(Site site, List<String> files) throws SshFailure;
  }

  private void remove(List<Upload> uploads, Removal removal) {
    List<Upload> gone = uploads.stream().filter(upload -> !upload.there()).toList();
    if (gone.isEmpty()) {
      return;
    }
    // Not in the way of the failure that is being told.
    Thread.ofVirtual()
        .name("remove-uploads")
        .start(
            () -> {
              List<String> files = gone.stream().map(Upload::own).map(Site::uploadOf).toList();
              try {
                connections.with(
                    CLEANING,
                    connection -> {
                      removal.at(new Site(connection, connections.target()), files);
                      return files;
                    });
              } catch (SshFailure | RuntimeException e) {
                LOG.warn("{} stay until the next connection: {}", files, e.getMessage());
              } finally {
                gone.forEach(upload -> names.done(upload.own()));
              }
            });
  }

  /** Where that name is served. */
  public String urlOf(PublishedName name) {
    return siteUrl + "/" + PathName.encode(name.value());
  }
}

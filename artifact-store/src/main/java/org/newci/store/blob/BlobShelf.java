package org.newci.store.blob;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.newci.shell.problem.Problem;
import org.newci.store.index.IndexFile;

/**
 * Blobs by digest, and names that point to them. The index says what there is: a digest that it
 * does not hold is not in the store, whatever lies on the disk.
 */
public final class BlobShelf {

  /** What a {@link #put} did; {@code fresh} when the name was not there before. */
  public record Stored(Sha256 digest, long size, boolean fresh) {}

  private final IndexFile index;
  private final BlobFiles files;
  private final long quota;
  private final Clock clock;
  // Files appear and go together with their rows: who brings one must not meet who removes it.
  private final ReadWriteLock presence = new ReentrantReadWriteLock();

  private BlobShelf(IndexFile index, BlobFiles files, long quota, Clock clock) {
    this.index = index;
    this.files = files;
    this.quota = quota;
    this.clock = clock;
  }

  /**
   * Opens the shelf in that folder, and clears what an earlier process had not received whole.
   *
   * @param quota bytes that all blobs together may have
   */
  public static BlobShelf open(Path data, IndexFile index, long quota, Clock clock)
      throws IOException {
    BlobShelf shelf = new BlobShelf(index, BlobFiles.open(data), quota, clock);
    for (Sha256 digest : shelf.files.unfinished()) {
      if (index.read(connection -> BlobIndex.find(connection, digest)).isEmpty()) {
        shelf.files.remove(digest);
      }
    }
    FormerNames.takeOver(index, data);
    shelf.files.clearTemp();
    return shelf;
  }

  /**
   * Stores all of that stream and lets the name point to it; on any failure nothing has changed. Of
   * several writers to one name the last to finish wins.
   *
   * @throws Problem 422 {@code digest-mismatch}, 412, 507
   */
  Stored put(BlobName name, InputStream body, Terms terms) throws IOException {
    if (!BlobFiles.isSmall(terms.announced())) {
      checkRoom(Math.max(terms.announced(), 0));
      // Whose condition fails already need not send all of it.
      terms.condition().checkChange(name.value(), digestOf(name));
    }
    Sha256 expected = terms.expected();
    try (BlobFiles.Received received = files.receive(body)) {
      Sha256 digest = received.digest();
      if (expected != null && !expected.equals(digest)) {
        throw Problem.unprocessable(
            "digest-mismatch",
            "The bytes of '%s' have the digest %s (expected %s)."
                .formatted(name.value(), digest.address(), expected.address()));
      }
      return keep(name, received, terms);
    }
  }

  private Stored keep(BlobName name, BlobFiles.Received received, Terms terms) throws IOException {
    Sha256 digest = received.digest();
    presence.readLock().lock();
    try {
      if (received.held() == null && !files.has(digest, received.size())) {
        checkRoom(received.size());
        received.settle();
      }
      return index.write(
          connection -> {
            var before = BlobIndex.find(connection, name).map(BlobIndex.Row::digest);
            terms.condition().checkChange(name.value(), before);
            terms.admission().admit(connection, digest);
            if (BlobIndex.find(connection, digest).isEmpty()
                && BlobIndex.bytes(connection) + received.size() > quota) {
              throw overQuota();
            }
            long id =
                BlobIndex.keep(
                    connection, digest, received.size(), received.held(), clock.instant());
            BlobIndex.point(connection, name, id, clock.instant());
            return new Stored(digest, received.size(), before.isEmpty());
          });
    } finally {
      presence.readLock().unlock();
    }
  }

  /** Lets a name point to bytes that are there already; empty when they are not. */
  Optional<Stored> alias(BlobName name, Sha256 digest, Condition condition) throws IOException {
    return index.write(
        connection -> {
          var row = BlobIndex.find(connection, digest);
          if (row.isEmpty()) {
            return Optional.empty();
          }
          var before = BlobIndex.find(connection, name).map(BlobIndex.Row::digest);
          condition.checkChange(name.value(), before);
          // Somebody wants these bytes now: their age counts from here.
          long id = BlobIndex.keep(connection, digest, row.get().size(), null, clock.instant());
          BlobIndex.point(connection, name, id, clock.instant());
          return Optional.of(new Stored(digest, row.get().size(), before.isEmpty()));
        });
  }

  /** Forgets the name, not the bytes; false when there is none. */
  boolean delete(BlobName name, Condition condition) throws IOException {
    return index.write(
        connection -> {
          var before = BlobIndex.find(connection, name).map(BlobIndex.Row::digest);
          condition.checkMatch(name.value(), before);
          BlobIndex.forget(connection, name);
          return before.isPresent();
        });
  }

  /**
   * Removes bytes that no name points to and nobody pinned; false when they are not there.
   *
   * @throws Problem 409
   */
  boolean delete(Sha256 digest) throws IOException {
    presence.writeLock().lock();
    try {
      boolean gone =
          index.write(
              connection -> {
                var row = BlobIndex.find(connection, digest);
                if (row.isEmpty()) {
                  return false;
                }
                var held = BlobIndex.heldBy(connection, row.get().id());
                if (held.isPresent()) {
                  throw Problem.conflict(
                      "%s is not removed: %s.".formatted(digest.address(), held.get()));
                }
                BlobIndex.forget(connection, row.get().id());
                return true;
              });
      if (gone) {
        files.remove(digest);
      }
      return gone;
    } finally {
      presence.writeLock().unlock();
    }
  }

  /** Removes what that work takes out of the index and names; no blob comes or goes meanwhile. */
  public void sweep(IndexFile.Work<List<Sha256>> work) throws IOException {
    presence.writeLock().lock();
    try {
      for (Sha256 digest : index.write(work)) {
        files.remove(digest);
      }
    } finally {
      presence.writeLock().unlock();
    }
  }

  /** Names after that one which begin so, in the order of their bytes. */
  List<BlobEntry> list(String prefix, String after, int most) throws IOException {
    return index.read(connection -> BlobIndex.list(connection, prefix, after, most));
  }

  /** The blob of that name, opened. */
  Optional<OpenBlob> find(BlobName name) throws IOException {
    return open(index.read(connection -> BlobIndex.find(connection, name)));
  }

  /** The blob of that digest, opened. */
  Optional<OpenBlob> find(Sha256 digest) throws IOException {
    return open(index.read(connection -> BlobIndex.find(connection, digest)));
  }

  private Optional<Sha256> digestOf(BlobName name) throws IOException {
    return index.read(connection -> BlobIndex.find(connection, name)).map(BlobIndex.Row::digest);
  }

  private Optional<OpenBlob> open(Optional<BlobIndex.Row> found) throws IOException {
    if (found.isEmpty()) {
      return Optional.empty();
    }
    BlobIndex.Row row = found.get();
    if (row.small().isPresent()) {
      return Optional.of(OpenBlob.of(row.digest(), row.small().get().array()));
    }
    try {
      Path file = files.fileOf(row.digest());
      return Optional.of(
          OpenBlob.of(row.digest(), FileChannel.open(file, StandardOpenOption.READ)));
    } catch (NoSuchFileException e) {
      // Removed in this moment, or lost: `newci store check` tells which.
      return Optional.empty();
    }
  }

  private void checkRoom(long coming) throws IOException {
    if (index.read(BlobIndex::bytes) + coming > quota) {
      throw overQuota();
    }
    if (coming > Files.getFileStore(files.temp()).getUsableSpace()) {
      throw new Problem(
          507, "disk-full", "The store has no space left for %d bytes.".formatted(coming));
    }
  }

  private Problem overQuota() {
    return new Problem(
        507,
        "quota-reached",
        "The store's blobs may have %d bytes together; this one would be too much."
            .formatted(quota));
  }
}

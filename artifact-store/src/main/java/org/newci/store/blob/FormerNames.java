package org.newci.store.blob;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.shell.json.Json;
import org.newci.store.index.IndexFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes over a folder that was written before there was an index: {@code names/cd/HEX}, by the
 * digest of the name, held {@code {name, sha256, size, created}}, and every file in {@code blobs/}
 * was a blob. Runs before anything is served, and may be cut off anywhere: what is left of {@code
 * names/} is taken over at the next start. A record that cannot be read goes to {@code
 * names-left/}.
 */
final class FormerNames {

  private static final Logger LOG = LoggerFactory.getLogger(FormerNames.class);
  private static final int BATCH = 500;

  /** A record as it was written, one small file each. */
  private record Alias(@Nullable String name, @Nullable String sha256, @Nullable Instant created) {}

  private record Former(BlobName name, Sha256 digest, Instant created) {}

  private record Bytes(Sha256 digest, long size, Instant stored) {}

  private final IndexFile index;
  private final Path blobs;
  private final Path names;

  private FormerNames(IndexFile index, Path data) {
    this.index = index;
    this.blobs = data.resolve("blobs");
    this.names = data.resolve("names");
  }

  /** Brings all of it into the index, and removes the records that are in. */
  static void takeOver(IndexFile index, Path data) throws IOException {
    FormerNames former = new FormerNames(index, data);
    if (!Files.isDirectory(former.names)) {
      return;
    }
    // Bytes first: a name needs them, and those that no name points to any more are served too.
    eachFolder(former.blobs, former::bytesIn);
    eachFolder(former.names, former::namesIn);
    former.putAside();
  }

  private interface Taking {
    void from(Path folder) throws IOException;
  }

  private static void eachFolder(Path above, Taking taking) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(above, Files::isDirectory)) {
      for (Path folder : folders) {
        taking.from(folder);
      }
    }
  }

  private void bytesIn(Path folder) throws IOException {
    List<Bytes> batch = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String hex = String.valueOf(file.getFileName());
        if (hex.matches("[0-9a-f]{64}")) {
          Instant stored = Files.getLastModifiedTime(file).toInstant();
          batch.add(new Bytes(new Sha256(hex), Files.size(file), stored));
        }
        if (batch.size() == BATCH) {
          keep(batch);
        }
      }
    }
    keep(batch);
  }

  private void keep(List<Bytes> batch) throws IOException {
    List<Bytes> taken = List.copyOf(batch);
    batch.clear();
    boolean _ =
        index.write(
            connection -> {
              for (Bytes one : taken) {
                if (BlobIndex.find(connection, one.digest()).isEmpty()) {
                  BlobIndex.keep(connection, one.digest(), one.size(), null, one.stored());
                }
              }
              return true;
            });
  }

  private void namesIn(Path folder) throws IOException {
    List<Path> batch = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        batch.add(file);
        if (batch.size() == BATCH) {
          point(batch);
        }
      }
    }
    point(batch);
    removeIfEmpty(folder);
  }

  private void point(List<Path> batch) throws IOException {
    List<Path> taken = List.copyOf(batch);
    batch.clear();
    List<Path> done = index.write(connection -> point(connection, taken));
    for (Path file : done) {
      Files.delete(file);
    }
  }

  private static List<Path> point(Connection connection, List<Path> files)
      throws SQLException, IOException {
    List<Path> done = new ArrayList<>();
    for (Path file : files) {
      Optional<Former> former = read(file);
      var row =
          former.isEmpty()
              ? Optional.<BlobIndex.Row>empty()
              : BlobIndex.find(connection, former.get().digest());
      if (row.isEmpty()) {
        LOG.warn("{} is not taken over: no record of a name whose bytes are here", file);
        continue;
      }
      if (BlobIndex.find(connection, former.get().name()).isEmpty()) {
        BlobIndex.point(connection, former.get().name(), row.get().id(), former.get().created());
      }
      done.add(file);
    }
    return done;
  }

  /** The record, when it is whole and what it says can be. */
  private static Optional<Former> read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try {
      Alias alias = Json.lenient().readValue(bytes, Alias.class);
      if (alias.name() == null || alias.sha256() == null || alias.created() == null) {
        return Optional.empty();
      }
      Former former =
          new Former(new BlobName(alias.name()), new Sha256(alias.sha256()), alias.created());
      boolean own = Sha256.of(alias.name()).hex().equals(String.valueOf(file.getFileName()));
      return own ? Optional.of(former) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      LOG.debug("{} cannot be read", file, e);
      return Optional.empty();
    }
  }

  /** Next time there is nothing to take over, so that what has no row is an orphan from now on. */
  private void putAside() throws IOException {
    try {
      Files.delete(names);
    } catch (DirectoryNotEmptyException e) {
      Path aside = names.resolveSibling("names-left");
      LOG.warn("what could not be taken over is in {}", aside, e);
      Files.move(names, aside);
    }
  }

  private static void removeIfEmpty(Path folder) throws IOException {
    try {
      Files.delete(folder);
    } catch (DirectoryNotEmptyException e) {
      LOG.debug("{} keeps what could not be taken over", folder, e);
    }
  }
}

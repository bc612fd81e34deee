package org.newci.store.upkeep;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.CheckReport;
import org.newci.store.blob.BlobFiles;
import org.newci.store.blob.Sha256;
import org.newci.store.index.IndexFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /check} and {@code GET /check}: hashes all bytes again, in the background, and looks
 * for files that the index does not know. It changes nothing but, when asked, removes those.
 */
public final class StoreCheck implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StoreCheck.class);
  private static final int BATCH = 500;
  private static final int MOST_NAMED = 1_000;

  /** A younger file may be that of an upload whose commit is under way. */
  private static final Duration SETTLED = Duration.ofHours(1);

  private final IndexFile index;
  private final Path blobs;
  private final Clock clock;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile CheckReport report =
      new CheckReport("never", null, null, 0, 0, List.of(), List.of(), List.of(), 0);
  private volatile boolean closed;

  public StoreCheck(IndexFile index, Path data, Clock clock) {
    this.index = index;
    this.blobs = data.resolve("blobs");
    this.clock = clock;
  }

  private record Row(long id, Sha256 digest, Optional<ByteBuffer> small) {}

  private static final class Findings {
    private long blobs;
    private long bytes;
    private long removed;
    private final List<String> damaged = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> orphans = new ArrayList<>();

    static void name(List<String> list, String what) {
      if (list.size() < MOST_NAMED) {
        list.add(what);
      }
    }

    CheckReport report(String state, Instant started, @Nullable Instant ended) {
      return new CheckReport(
          state,
          started,
          ended,
          blobs,
          bytes,
          List.copyOf(damaged),
          List.copyOf(missing),
          List.copyOf(orphans),
          removed);
    }
  }

  /** Begins one unless one runs; {@code ?remove_orphans=true} removes what nobody knows. */
  public void post(Context ctx) {
    boolean remove = "true".equals(ctx.queryParam("remove_orphans"));
    if (running.compareAndSet(false, true)) {
      Instant started = clock.instant();
      report = new Findings().report("running", started, null);
      Thread.ofVirtual().name("store-check").start(() -> run(started, remove));
    }
    ctx.status(202).json(report);
  }

  /** How the last one went, or goes. */
  public void get(Context ctx) {
    ctx.json(report);
  }

  private void run(Instant started, boolean remove) {
    Findings found = new Findings();
    try {
      hashAll(found, started);
      orphans(found, remove, started);
      report = found.report("done", started, clock.instant());
    } catch (IOException | RuntimeException e) {
      if (!closed) {
        LOG.error("the check of the store failed", e);
      }
      report = found.report("failed", started, clock.instant());
    } finally {
      LOG.info("check: {}", report);
      running.set(false);
    }
  }

  private void hashAll(Findings found, Instant started) throws IOException {
    long from = 0;
    while (!closed) {
      long after = from;
      List<Row> rows = index.read(connection -> rows(connection, after));
      if (rows.isEmpty()) {
        return;
      }
      for (Row row : rows) {
        hash(row, found);
      }
      from = rows.getLast().id();
      report = found.report("running", started, null);
    }
  }

  private static List<Row> rows(Connection connection, long after) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT id, sha256, bytes FROM blob LEFT JOIN small ON blob = id WHERE id > ? ORDER BY"
                + " id LIMIT "
                + BATCH)) {
      select.setLong(1, after);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(
              new Row(
                  row.getLong(1),
                  new Sha256(row.getString(2)),
                  Optional.ofNullable(row.getBytes(3)).map(ByteBuffer::wrap)));
        }
      }
    }
    return rows;
  }

  private void hash(Row row, Findings found) throws IOException {
    MessageDigest computation = Sha256.computation();
    if (row.small().isPresent()) {
      found.bytes += row.small().get().remaining();
      computation.update(row.small().get());
    } else {
      byte[] buffer = new byte[256 * 1024];
      try (InputStream in = Files.newInputStream(BlobFiles.fileOf(blobs, row.digest()))) {
        for (int n = in.read(buffer); n >= 0 && !closed; n = in.read(buffer)) {
          computation.update(buffer, 0, n);
          found.bytes += n;
        }
      } catch (NoSuchFileException e) {
        if (known(row.digest())) {
          Findings.name(found.missing, row.digest().address());
        }
        return;
      } catch (IOException e) {
        // A block that the disk cannot give is what a check looks for, no reason to end it.
        Findings.name(found.damaged, row.digest().address());
        return;
      }
    }
    found.blobs++;
    if (!Sha256.of(computation).equals(row.digest()) && known(row.digest())) {
      Findings.name(found.damaged, row.digest().address());
    }
  }

  private void orphans(Findings found, boolean remove, Instant now) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(blobs)) {
      for (Path folder : folders) {
        orphansIn(folder, found, remove, now.minus(SETTLED));
      }
    }
  }

  private void orphansIn(Path folder, Findings found, boolean remove, Instant before)
      throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (closed) {
          return;
        }
        String name = String.valueOf(file.getFileName());
        boolean settled = Files.getLastModifiedTime(file).toInstant().isBefore(before);
        if (!settled || (name.matches("[0-9a-f]{64}") && known(new Sha256(name)))) {
          continue;
        }
        Findings.name(found.orphans, folder.getFileName() + "/" + name);
        if (remove && Files.deleteIfExists(file)) {
          found.removed++;
        }
      }
    }
  }

  private boolean known(Sha256 digest) throws IOException {
    return index.read(
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement("SELECT 1 FROM blob WHERE sha256 = ?")) {
            select.setString(1, digest.hex());
            try (ResultSet row = select.executeQuery()) {
              return row.next();
            }
          }
        });
  }

  @Override
  public void close() {
    closed = true;
  }
}

package org.newci.store.upkeep;

import io.javalin.http.Context;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.newci.store.blob.BlobShelf;
import org.newci.store.blob.Sha256;
import org.newci.store.index.IndexFile;
import org.newci.store.log.LogShelf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /retention}: removes blobs and logs of a certain age. A blob's age counts from its
 * last {@code PUT}, also of the same bytes under another name, with {@code ?from=} too. What is
 * pinned, or said to be in use, stays.
 */
public final class RetentionRoute {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionRoute.class);
  private static final int BATCH = 200;
  private static final int EXAMPLES = 100;
  private static final int MOST_KEPT = 1_000_000;

  /** A batch of candidates that were, or were not, made by a build. */
  private static final String OLD =
      "SELECT id, sha256, size, EXISTS (SELECT 1 FROM pin WHERE pin.blob = blob.id) FROM blob WHERE"
          + " stored_ms < ? AND id > ? AND EXISTS (SELECT 1 FROM provenance WHERE provenance.blob ="
          + " blob.id) = ? ORDER BY id LIMIT ?";

  private final IndexFile index;
  private final BlobShelf shelf;
  private final LogShelf logs;
  private final Clock clock;

  public RetentionRoute(IndexFile index, BlobShelf shelf, LogShelf logs, Clock clock) {
    this.index = index;
    this.shelf = shelf;
    this.logs = logs;
    this.clock = clock;
  }

  private record Old(long id, Sha256 digest, long size, boolean pinned) {}

  private static final class Tally {
    private long removed;
    private long bytes;
    private long pinned;
    private long inUse;
    private final List<String> examples = new ArrayList<>();

    void example(String what) {
      if (examples.size() < EXAMPLES) {
        examples.add(what);
      }
    }
  }

  /** Removes, or only counts, and reports. */
  public void post(Context ctx) throws IOException {
    RetentionRequest request = ProblemPages.body(ctx, RetentionRequest.class, true);
    Instant now = clock.instant();
    Set<String> keep = new HashSet<>(request.keep() == null ? List.of() : request.keep());
    if (keep.size() > MOST_KEPT) {
      throw Problem.badRequest("The field 'keep' has more than %d digests.".formatted(MOST_KEPT));
    }
    Tally tally = new Tally();
    Instant artifacts = before("artifact_days", request.artifactDays(), now);
    Instant uploads = before("upload_days", request.uploadDays(), now);
    Instant logsBefore = before("log_days", request.logDays(), now);
    if (artifacts != null) {
      blobs(true, artifacts, keep, request.dryRun(), tally);
    }
    if (uploads != null) {
      blobs(false, uploads, keep, request.dryRun(), tally);
    }
    long logsGone = 0;
    if (logsBefore != null) {
      List<String> gone = logs.removeOlder(logsBefore, request.dryRun());
      logsGone = gone.size();
      gone.forEach(build -> tally.example("log of " + build));
    }
    RetentionReport report =
        new RetentionReport(
            request.dryRun(),
            now,
            tally.removed,
            tally.bytes,
            logsGone,
            tally.pinned,
            tally.inUse,
            tally.examples);
    LOG.info("retention: {}", report);
    ctx.json(report);
  }

  private void blobs(boolean built, Instant before, Set<String> keep, boolean dry, Tally tally)
      throws IOException {
    long from = 0;
    while (true) {
      long after = from;
      List<Old> old = index.read(connection -> old(connection, built, before, after));
      if (old.isEmpty()) {
        return;
      }
      from = old.getLast().id();
      List<Old> going = new ArrayList<>();
      for (Old one : old) {
        if (one.pinned()) {
          tally.pinned++;
        } else if (keep.contains(one.digest().hex())) {
          tally.inUse++;
        } else {
          going.add(one);
        }
      }
      if (!dry) {
        shelf.sweep(connection -> remove(connection, going, before));
      }
      for (Old one : going) {
        tally.removed++;
        tally.bytes += one.size();
        tally.example(one.digest().address());
      }
    }
  }

  private static List<Old> old(Connection connection, boolean built, Instant before, long after)
      throws SQLException {
    List<Old> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(OLD)) {
      select.setLong(1, before.toEpochMilli());
      select.setLong(2, after);
      select.setBoolean(3, built);
      select.setInt(4, BATCH);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          found.add(
              new Old(
                  row.getLong(1), new Sha256(row.getString(2)), row.getLong(3), row.getBoolean(4)));
        }
      }
    }
    return found;
  }

  /** Asked again in the transaction: somebody may have stored or pinned it since. */
  private static List<Sha256> remove(Connection connection, List<Old> going, Instant before)
      throws SQLException {
    List<Sha256> gone = new ArrayList<>();
    try (PreparedStatement delete =
        connection.prepareStatement(
            "DELETE FROM blob WHERE id = ? AND stored_ms < ? AND NOT EXISTS (SELECT 1 FROM pin"
                + " WHERE pin.blob = blob.id)")) {
      for (Old one : going) {
        delete.setLong(1, one.id());
        delete.setLong(2, before.toEpochMilli());
        if (delete.executeUpdate() == 1) {
          gone.add(one.digest());
        }
      }
    }
    return gone;
  }

  private static @Nullable Instant before(String field, @Nullable Integer days, Instant now) {
    if (days == null) {
      return null;
    }
    if (days < 1 || days > 36_500) {
      throw Problem.badRequest(
          "The field '%s' is %d (expected 1 to 36500 days).".formatted(field, days));
    }
    return now.minus(Duration.ofDays(days));
  }
}

package org.newci.store.origin;

import io.javalin.http.Context;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.PinRequest;
import org.newci.contracts.store.Provenance;
import org.newci.contracts.store.ProvenanceAnswer;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.edge.PathName;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.newci.store.blob.BlobAddress;
import org.newci.store.disk.DiskFull;
import org.newci.store.index.IndexFile;

/**
 * {@code /blobs/NAME/provenance} and {@code /blobs/NAME/pin}. Both are about the bytes, not the
 * name: what a name points to later has its own.
 */
public final class OriginRoutes {

  /** Builds of which the same bytes are remembered; the oldest notes go. */
  private static final int MOST = 100;

  private static final int LONGEST = 2_000;

  private final IndexFile index;
  private final Clock clock;

  public OriginRoutes(IndexFile index, Clock clock) {
    this.index = index;
    this.clock = clock;
  }

  private record Blob(long id, String sha256) {}

  /** Notes where bytes come from; the same build's note replaces its former one. */
  public void put(Context ctx) throws IOException {
    BlobAddress address = address(ctx, "/provenance");
    if (!(address instanceof BlobAddress.Digest)) {
      throw Problem.badRequest(
          "A provenance is of bytes: write to /blobs/sha256:HEX/provenance, not to a name.");
    }
    Provenance given = ProblemPages.body(ctx, Provenance.class, false);
    String build = text("build", given.build());
    for (String field :
        new @Nullable String[] {
          given.repo(), given.ref(), given.commit(), given.job(), given.path()
        }) {
      if (field != null && field.length() > LONGEST) {
        throw Problem.badRequest(
            "A field of the provenance is longer than %d characters.".formatted(LONGEST));
      }
    }
    Instant now = clock.instant();
    Provenance kept =
        new Provenance(
            given.repo(),
            given.ref(),
            given.commit(),
            build,
            given.pipeline(),
            given.job(),
            given.path(),
            now);
    String sha256 =
        DiskFull.guard(
            "the provenance of " + address.text(),
            () ->
                index.write(
                    connection -> {
                      Blob blob = find(connection, address);
                      change(
                          connection,
                          "INSERT OR REPLACE INTO provenance (blob, build, body, at_ms) VALUES (?,"
                              + " ?, ?, ?)",
                          blob.id(),
                          build,
                          Json.write(kept),
                          now.toEpochMilli());
                      change(
                          connection,
                          "DELETE FROM provenance WHERE blob = ?1 AND build NOT IN (SELECT build"
                              + " FROM provenance WHERE blob = ?1 ORDER BY at_ms DESC LIMIT "
                              + MOST
                              + ")",
                          blob.id());
                      return blob.sha256();
                    }));
    ctx.json(new ProvenanceAnswer(sha256, List.of(kept)));
  }

  /** Tells where the bytes come from. */
  public void get(Context ctx) throws IOException {
    BlobAddress address = address(ctx, "/provenance");
    ctx.json(
        index.read(
            connection -> {
              Blob blob = find(connection, address);
              return new ProvenanceAnswer(blob.sha256(), notes(connection, blob.id()));
            }));
  }

  /** Pins the bytes: no retention removes them. */
  public void pin(Context ctx) throws IOException {
    BlobAddress address = address(ctx, "/pin");
    String why = text("why", ProblemPages.body(ctx, PinRequest.class, true).why());
    String by = BearerGate.caller(ctx).subject();
    DiskFull.guard(
        "the pin of " + address.text(),
        () ->
            index.write(
                connection ->
                    change(
                        connection,
                        "INSERT OR REPLACE INTO pin (blob, by, why, at_ms) VALUES (?, ?, ?, ?)",
                        find(connection, address).id(),
                        by,
                        why,
                        clock.millis())));
    ctx.status(204);
  }

  /** Takes the pin away. */
  public void unpin(Context ctx) throws IOException {
    BlobAddress address = address(ctx, "/pin");
    int gone =
        index.write(
            connection ->
                change(
                    connection, "DELETE FROM pin WHERE blob = ?", find(connection, address).id()));
    if (gone == 0) {
      throw Problem.notFound("The blob '%s' is not pinned.".formatted(address.text()));
    }
    ctx.status(204);
  }

  private static List<Provenance> notes(Connection connection, long blob)
      throws SQLException, IOException {
    List<Provenance> notes = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT body FROM provenance WHERE blob = ? ORDER BY at_ms DESC, build")) {
      select.setLong(1, blob);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          notes.add(Json.lenient().readValue(row.getString(1), Provenance.class));
        }
      }
    }
    return notes;
  }

  private static Blob find(Connection connection, BlobAddress address) throws SQLException {
    return switch (address) {
      case BlobAddress.Named named ->
          find(
              connection,
              "SELECT id, sha256 FROM blob WHERE id = (SELECT blob FROM name WHERE name = ?)",
              named.name().value(),
              address);
      case BlobAddress.Digest by ->
          find(
              connection,
              "SELECT id, sha256 FROM blob WHERE sha256 = ?",
              by.digest().hex(),
              address);
    };
  }

  private static Blob find(Connection connection, String query, String key, BlobAddress address)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query)) {
      select.setString(1, key);
      try (ResultSet row = select.executeQuery()) {
        if (row.next()) {
          return new Blob(row.getLong(1), row.getString(2));
        }
      }
    }
    throw Problem.notFound("There is no blob '%s' in the store.".formatted(address.text()));
  }

  private static int change(Connection connection, String statement, Object... values)
      throws SQLException {
    try (PreparedStatement change = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        change.setObject(i + 1, values[i]);
      }
      return change.executeUpdate();
    }
  }

  private static BlobAddress address(Context ctx, String suffix) {
    String path = ctx.req().getRequestURI();
    return BlobAddress.of(
        PathName.decoded(path.substring("/blobs/".length(), path.length() - suffix.length())));
  }

  private static String text(String field, @Nullable String value) {
    if (value == null || value.isBlank() || value.length() > LONGEST) {
      throw Problem.badRequest(
          "The field '%s' is missing or too long (expected 1 to %d characters)."
              .formatted(field, LONGEST));
    }
    return value;
  }
}

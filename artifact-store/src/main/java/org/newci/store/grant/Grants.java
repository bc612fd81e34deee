package org.newci.store.grant;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.newci.shell.problem.Problem;
import org.newci.store.blob.Sha256;
import org.newci.store.index.IndexFile;

/** The grants in the index. Secrets are kept as their digests: a copy of the file opens nothing. */
final class Grants {

  private static final String ROW =
      "SELECT upload_grant.id, name, build, bytes, expires_ms, state, upload_grant.sha256, alias, blob.size FROM"
          + " upload_grant LEFT JOIN blob ON blob.sha256 = upload_grant.sha256 WHERE ";

  private static final String SEAL =
      "UPDATE upload_grant SET state = 'sealed' WHERE upload_grant.id = ? AND state != 'sealed'";

  private static final String NAME_ALSO =
      "INSERT OR REPLACE INTO name (name, blob, created_ms) SELECT alias, blob.id, ?1 FROM"
          + " upload_grant JOIN blob ON blob.sha256 = upload_grant.sha256 WHERE upload_grant.id ="
          + " ?2 AND alias IS NOT NULL";

  private final IndexFile index;

  Grants(IndexFile index) {
    this.index = index;
  }

  /**
   * Keeps it, and forgets those that ended before that time. One of that id that is there already
   * stays as it is, but for its end and its secret: the key of secrets may be a new one.
   *
   * @return what holds now
   * @throws Problem 409 when that id was given for something else
   */
  Grant keep(Grant grant, String secret, Instant forget) throws IOException {
    return index.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM upload_grant WHERE expires_ms < ?")) {
            delete.setLong(1, forget.toEpochMilli());
            delete.executeUpdate();
          }
          Grant there = find(connection, "upload_grant.id = ?", grant.id()).orElse(null);
          if (there != null) {
            return again(connection, there, grant, secret);
          }
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO upload_grant (id, secret, name, build, bytes, expires_ms, state,"
                      + " alias) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, grant.id());
            insert.setString(2, Sha256.of(secret).hex());
            insert.setString(3, grant.name());
            insert.setString(4, grant.build());
            insert.setLong(5, grant.bytes());
            insert.setLong(6, grant.expires().toEpochMilli());
            insert.setString(7, grant.state());
            insert.setString(8, grant.alias());
            insert.executeUpdate();
            return grant;
          }
        });
  }

  private static Grant again(Connection connection, Grant there, Grant asked, String secret)
      throws SQLException {
    if (!there.isFor(asked)) {
      throw Problem.conflict(
          "The grant '%s' is for '%s' of build %s already."
              .formatted(there.id(), there.name(), there.build()));
    }
    if (there.isSealed()) {
      return there;
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE upload_grant SET secret = ?, expires_ms = max(expires_ms, ?) WHERE id = ?")) {
      update.setString(1, Sha256.of(secret).hex());
      update.setLong(2, asked.expires().toEpochMilli());
      update.setString(3, there.id());
      update.executeUpdate();
    }
    return find(connection, "upload_grant.id = ?", there.id()).orElseThrow();
  }

  Optional<Grant> ofSecret(String secret) throws IOException {
    return index.read(connection -> find(connection, "secret = ?", Sha256.of(secret).hex()));
  }

  /**
   * Uses it up for those bytes; false when it is not open any more. The same bytes may come again:
   * their sender may not have had the answer.
   */
  static boolean use(Connection connection, String id, Sha256 digest) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE upload_grant SET state = 'used', sha256 = ?1 WHERE id = ?2"
                + " AND (state = 'open' OR (state = 'used' AND sha256 = ?1))")) {
      update.setString(1, digest.hex());
      update.setString(2, id);
      return update.executeUpdate() == 1;
    }
  }

  /** Ends it for good, and gives what was put its second name; empty when there is none. */
  Optional<Grant> seal(String id, Instant now) throws IOException {
    return index.write(
        connection -> {
          boolean first;
          try (PreparedStatement update = connection.prepareStatement(SEAL)) {
            update.setString(1, id);
            first = update.executeUpdate() == 1;
          }
          if (first) {
            // Once: what is asked again later must not take the name from a later build.
            try (PreparedStatement insert = connection.prepareStatement(NAME_ALSO)) {
              insert.setLong(1, now.toEpochMilli());
              insert.setString(2, id);
              insert.executeUpdate();
            }
          }
          return find(connection, "upload_grant.id = ?", id);
        });
  }

  private static Optional<Grant> find(Connection connection, String where, String key)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(ROW + where)) {
      select.setString(1, key);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Grant(
                    row.getString(1),
                    row.getString(2),
                    row.getString(8),
                    row.getString(3),
                    row.getLong(4),
                    Instant.ofEpochMilli(row.getLong(5)),
                    row.getString(6),
                    row.getString(7),
                    row.getObject(9) == null ? null : row.getLong(9)))
            : Optional.empty();
      }
    }
  }
}

package org.newci.store.grant;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.newci.store.blob.Sha256;
import org.newci.store.index.IndexFile;

/** The grants in the index. Secrets are kept as their digests: a copy of the file opens nothing. */
final class Grants {

  private static final String ROW =
      "SELECT id, name, build, bytes, expires_ms, state, sha256, alias FROM upload_grant WHERE ";

  private final IndexFile index;

  Grants(IndexFile index) {
    this.index = index;
  }

  /** Keeps a fresh one, and forgets those that ended before that time. */
  void add(Grant grant, String secret, Instant forget) throws IOException {
    index.write(
        connection -> {
          try (PreparedStatement delete =
              connection.prepareStatement("DELETE FROM upload_grant WHERE expires_ms < ?")) {
            delete.setLong(1, forget.toEpochMilli());
            delete.executeUpdate();
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
            return insert.executeUpdate();
          }
        });
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

  /** Ends it for good; empty when there is none. */
  Optional<Grant> seal(String id) throws IOException {
    return index.write(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE upload_grant SET state = 'sealed' WHERE id = ?")) {
            update.setString(1, id);
            update.executeUpdate();
          }
          return find(connection, "id = ?", id);
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
                    row.getString(7)))
            : Optional.empty();
      }
    }
  }
}

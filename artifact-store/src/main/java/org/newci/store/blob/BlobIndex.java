package org.newci.store.blob;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Names and digests in the index; each method is one step of a transaction. */
final class BlobIndex {

  /** A digest that is there; {@code small} holds its bytes when no file does. */
  record Row(long id, Sha256 digest, long size, Optional<ByteBuffer> small) {}

  private static final String ROW =
      "SELECT blob.id, blob.sha256, blob.size, small.bytes FROM blob LEFT JOIN small ON small.blob"
          + " = blob.id";

  private BlobIndex() {}

  static Optional<Row> find(Connection connection, BlobName name) throws SQLException {
    return find(
        connection, ROW + " JOIN name ON name.blob = blob.id WHERE name.name = ?", name.value());
  }

  static Optional<Row> find(Connection connection, Sha256 digest) throws SQLException {
    return find(connection, ROW + " WHERE blob.sha256 = ?", digest.hex());
  }

  private static Optional<Row> find(Connection connection, String query, String key)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query)) {
      select.setString(1, key);
      try (ResultSet row = select.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Row(
                    row.getLong(1),
                    new Sha256(row.getString(2)),
                    row.getLong(3),
                    Optional.ofNullable(row.getBytes(4)).map(ByteBuffer::wrap)))
            : Optional.empty();
      }
    }
  }

  /** Notes that digest, or that it was stored again. */
  static long keep(
      Connection connection, Sha256 digest, long size, byte @Nullable [] small, Instant now)
      throws SQLException {
    long id;
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO blob (sha256, size, stored_ms) VALUES (?, ?, ?) ON CONFLICT (sha256) DO"
                + " UPDATE SET stored_ms = excluded.stored_ms RETURNING id")) {
      insert.setString(1, digest.hex());
      insert.setLong(2, size);
      insert.setLong(3, now.toEpochMilli());
      try (ResultSet row = insert.executeQuery()) {
        id = row.getLong(1);
      }
    }
    if (small != null) {
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT OR IGNORE INTO small (blob, bytes) VALUES (?, ?)")) {
        insert.setLong(1, id);
        insert.setBytes(2, small);
        insert.executeUpdate();
      }
    }
    return id;
  }

  static void point(Connection connection, BlobName name, long blob, Instant now)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR REPLACE INTO name (name, blob, created_ms) VALUES (?, ?, ?)")) {
      insert.setString(1, name.value());
      insert.setLong(2, blob);
      insert.setLong(3, now.toEpochMilli());
      insert.executeUpdate();
    }
  }

  static void forget(Connection connection, BlobName name) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM name WHERE name = ?")) {
      delete.setString(1, name.value());
      delete.executeUpdate();
    }
  }

  /** Forgets a digest; its file is the caller's to remove, after the commit. */
  static void forget(Connection connection, long blob) throws SQLException {
    try (PreparedStatement delete = connection.prepareStatement("DELETE FROM blob WHERE id = ?")) {
      delete.setLong(1, blob);
      delete.executeUpdate();
    }
  }

  /** Names from that one on, in the order of their bytes, while they begin so. */
  static List<BlobEntry> list(Connection connection, String prefix, String from, int most)
      throws SQLException {
    List<BlobEntry> entries = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT name, sha256, size, created_ms FROM name JOIN blob ON blob.id = name.blob WHERE"
                + " name > ? AND name >= ? ORDER BY name LIMIT ?")) {
      select.setString(1, from);
      select.setString(2, prefix);
      select.setInt(3, most);
      try (ResultSet row = select.executeQuery()) {
        while (row.next() && row.getString(1).startsWith(prefix)) {
          entries.add(
              new BlobEntry(
                  row.getString(1),
                  new Sha256(row.getString(2)),
                  row.getLong(3),
                  Instant.ofEpochMilli(row.getLong(4))));
        }
      }
    }
    return entries;
  }

  /** Why that digest must stay, if it must. */
  static Optional<String> heldBy(Connection connection, long blob) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT 'it is pinned by ' || by || ' (' || why || ')' FROM pin WHERE blob = ?1 UNION"
                + " ALL SELECT 'the name ''' || name || ''' points to it' FROM name WHERE blob = ?1"
                + " LIMIT 1")) {
      select.setLong(1, blob);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  static long bytes(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement("SELECT bytes FROM total");
        ResultSet row = select.executeQuery()) {
      return row.getLong(1);
    }
  }
}

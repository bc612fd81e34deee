package org.newci.store.index;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** The tables of the index; {@code user_version} counts their changes. */
final class Schema {

  private static final int VERSION = 2;

  private static final List<String> TABLES =
      List.of(
          // One row a digest. Its bytes lie in a file, or, few ones, in the table after it.
          """
          CREATE TABLE blob (
            id        INTEGER PRIMARY KEY,
            sha256    TEXT    NOT NULL UNIQUE,
            size      INTEGER NOT NULL,
            stored_ms INTEGER NOT NULL
          )\
          """,
          """
          CREATE TABLE small (
            blob  INTEGER PRIMARY KEY REFERENCES blob (id) ON DELETE CASCADE,
            bytes BLOB NOT NULL
          )\
          """,
          """
          CREATE TABLE name (
            name       TEXT    PRIMARY KEY,
            blob       INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
            created_ms INTEGER NOT NULL
          ) WITHOUT ROWID\
          """,
          "CREATE INDEX name_blob ON name (blob)",
          """
          CREATE TABLE provenance (
            blob  INTEGER NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
            build TEXT    NOT NULL,
            body  TEXT    NOT NULL,
            at_ms INTEGER NOT NULL,
            PRIMARY KEY (blob, build)
          ) WITHOUT ROWID\
          """,
          """
          CREATE TABLE pin (
            blob  INTEGER PRIMARY KEY REFERENCES blob (id),
            by    TEXT    NOT NULL,
            why   TEXT    NOT NULL,
            at_ms INTEGER NOT NULL
          )\
          """,
          // A grant's secret is kept as its digest only.
          """
          CREATE TABLE upload_grant (
            id         TEXT    PRIMARY KEY,
            secret     TEXT    NOT NULL UNIQUE,
            name       TEXT    NOT NULL,
            build      TEXT    NOT NULL,
            bytes      INTEGER NOT NULL,
            expires_ms INTEGER NOT NULL,
            state      TEXT    NOT NULL,
            sha256     TEXT
          ) WITHOUT ROWID\
          """,
          // Kept as it changes: counting a million rows would delay each start.
          "CREATE TABLE total (blobs INTEGER NOT NULL, bytes INTEGER NOT NULL)",
          "INSERT INTO total VALUES (0, 0)",
          """
          CREATE TRIGGER blob_in AFTER INSERT ON blob BEGIN
            UPDATE total SET blobs = blobs + 1, bytes = bytes + new.size;
          END\
          """,
          """
          CREATE TRIGGER blob_out AFTER DELETE ON blob BEGIN
            UPDATE total SET blobs = blobs - 1, bytes = bytes - old.size;
          END\
          """);

  /** What the second version has more. */
  private static final String ALIAS = "ALTER TABLE upload_grant ADD COLUMN alias TEXT";

  private Schema() {}

  static void ensure(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int there;
      try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
        there = row.getInt(1);
      }
      if (there > VERSION) {
        throw new SQLException(
            "it was written by a later version of the store (%d, this one knows %d)"
                .formatted(there, VERSION));
      }
      if (there < VERSION) {
        statement.execute("BEGIN IMMEDIATE");
        if (there < 1) {
          for (String table : TABLES) {
            statement.execute(table);
          }
        }
        statement.execute(ALIAS);
        statement.execute("PRAGMA user_version = " + VERSION);
        statement.execute("COMMIT");
      }
    }
  }
}

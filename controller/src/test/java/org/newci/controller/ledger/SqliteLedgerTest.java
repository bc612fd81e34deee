package org.newci.controller.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.io.TempDir;

class SqliteLedgerTest extends SqlLedgerContract {

  @TempDir Path dir;

  @Override
  Database open() {
    return SqliteDatabase.open(dir.resolve("builds.db"));
  }

  @Override
  Connection direct() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("builds.db"));
  }
}

package org.newci.controller.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

@NeedsProgram("postgres")
class PostgresLedgerTest extends SqlLedgerContract {

  private final String url = PostgreSql.shared().freshDatabase();

  @Override
  Database open() {
    return PostgresDatabase.open(new PostgresAddress(url, null, null), Duration.ofSeconds(30));
  }

  @Override
  Connection direct() throws SQLException {
    return DriverManager.getConnection(url);
  }
}

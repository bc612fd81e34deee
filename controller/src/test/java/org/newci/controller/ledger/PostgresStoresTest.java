package org.newci.controller.ledger;

import java.time.Duration;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

@NeedsProgram("postgres")
class PostgresStoresTest extends SqlStoresContract {

  private final String url = PostgreSql.shared().freshDatabase();

  @Override
  Database open() {
    return PostgresDatabase.open(new PostgresAddress(url, null, null), Duration.ofSeconds(30));
  }
}

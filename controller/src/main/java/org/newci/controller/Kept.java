package org.newci.controller;

import java.time.Clock;
import org.newci.controller.ledger.Database;
import org.newci.controller.ledger.SqliteClaims;
import org.newci.controller.ledger.SqliteHistory;
import org.newci.controller.ledger.SqliteLedger;
import org.newci.controller.ledger.SqliteStops;
import org.newci.controller.ledger.SqliteWatchedRefs;

/** Everything that is kept in the one database. */
record Kept(
    Database database,
    SqliteLedger ledger,
    SqliteHistory history,
    SqliteClaims claims,
    SqliteStops stops,
    SqliteWatchedRefs refs)
    implements AutoCloseable {

  static Kept open(ControllerConfig config, Clock clock) {
    Database database = Database.open(config.home().data().resolve("builds.db"));
    SqliteLedger ledger = new SqliteLedger(database, clock);
    return new Kept(
        database,
        ledger,
        new SqliteHistory(database),
        new SqliteClaims(database, ledger, clock),
        new SqliteStops(database, ledger),
        new SqliteWatchedRefs(database, ledger));
  }

  @Override
  public void close() {
    ledger.close();
    database.close();
  }
}

package org.newci.controller;

import java.time.Clock;
import org.newci.controller.ledger.Database;
import org.newci.controller.ledger.PostgresAddress;
import org.newci.controller.ledger.PostgresDatabase;
import org.newci.controller.ledger.SqlClaims;
import org.newci.controller.ledger.SqlHistory;
import org.newci.controller.ledger.SqlLedger;
import org.newci.controller.ledger.SqlStops;
import org.newci.controller.ledger.SqlWatchedRefs;
import org.newci.controller.ledger.SqliteDatabase;

/** Everything that is kept in the one database. */
record Kept(
    Database database,
    SqlLedger ledger,
    SqlHistory history,
    SqlClaims claims,
    SqlStops stops,
    SqlWatchedRefs refs)
    implements AutoCloseable {

  static Kept open(ControllerConfig config, Clock clock) {
    PostgresAddress shared = config.database();
    Database database =
        shared == null
            ? SqliteDatabase.open(config.home().data().resolve("builds.db"))
            : PostgresDatabase.open(shared);
    return new Kept(
        database,
        new SqlLedger(database, clock),
        new SqlHistory(database),
        new SqlClaims(database, clock),
        new SqlStops(database),
        new SqlWatchedRefs(database));
  }

  @Override
  public void close() {
    database.close();
  }
}

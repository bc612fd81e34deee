package org.newci.controller;

import java.time.Clock;
import org.newci.controller.ledger.Database;
import org.newci.controller.ledger.PostgresAddress;
import org.newci.controller.ledger.PostgresDatabase;
import org.newci.controller.ledger.SqlArchive;
import org.newci.controller.ledger.SqlHistory;
import org.newci.controller.ledger.SqlLedger;
import org.newci.controller.ledger.SqlStops;
import org.newci.controller.ledger.SqlWatchedRefs;
import org.newci.controller.ledger.SqliteDatabase;

/**
 * Everything that is kept in the one database.
 *
 * @param clock the time that builds go by
 */
record Kept(
    Database database,
    Clock clock,
    SqlLedger ledger,
    SqlHistory history,
    SqlStops stops,
    SqlWatchedRefs refs,
    SqlArchive archive)
    implements AutoCloseable {

  static Kept open(ControllerConfig config, Clock clock) {
    PostgresAddress shared = config.database();
    Database database =
        shared == null
            ? SqliteDatabase.open(config.home().data().resolve("builds.db"), clock.instant())
            : PostgresDatabase.open(shared, config.sharing().lease());
    Clock time = database.clock(clock);
    return new Kept(
        database,
        time,
        new SqlLedger(database, time),
        new SqlHistory(database),
        new SqlStops(database),
        new SqlWatchedRefs(database),
        new SqlArchive(database));
  }

  @Override
  public void close() {
    database.close();
  }
}

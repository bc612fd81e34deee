package org.newci.controller.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.DeploymentStops;

/** The stops in the ledger's database. */
public final class SqlStops implements DeploymentStops {

  private final Jdbi reader;
  private final Database database;

  public SqlStops(Database database) {
    this.reader = database.reader();
    this.database = database;
  }

  @Override
  public List<DeploymentStop> inForce() {
    return reader.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM stop ORDER BY environment")
                .map((row, context) -> stop(row))
                .list());
  }

  @Override
  public DeploymentStop add(DeploymentStop stop) {
    return database.write(
        handle -> {
          database.holdStops(handle, true);
          Optional<DeploymentStop> before = find(handle, stop.environment());
          if (before.isPresent()) {
            return before.get();
          }
          handle.execute(
              "INSERT INTO stop (environment, reason, by, since) VALUES (?, ?, ?, ?)",
              stop.environment(),
              stop.reason(),
              stop.by(),
              stop.since().toString());
          append(
              handle,
              new Entry(stop.since(), "stop", stop.environment(), stop.reason(), stop.by()));
          return stop;
        });
  }

  @Override
  public Optional<DeploymentStop> remove(String environment, String by, String reason, Instant at) {
    return database.write(
        handle -> {
          Optional<DeploymentStop> before = find(handle, environment);
          if (before.isPresent()) {
            handle.execute("DELETE FROM stop WHERE environment = ?", environment);
            append(handle, new Entry(at, "resume", environment, reason, by));
          }
          return before;
        });
  }

  @Override
  public List<Entry> log(int most) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM stop_event ORDER BY seq DESC LIMIT ?")
                .bind(0, most)
                .map(
                    (row, context) ->
                        new Entry(
                            Instant.parse(row.getString("at")),
                            row.getString("kind"),
                            row.getString("environment"),
                            row.getString("reason"),
                            row.getString("by")))
                .list());
  }

  private static Optional<DeploymentStop> find(Handle handle, String environment) {
    return handle
        .createQuery("SELECT * FROM stop WHERE environment = ?")
        .bind(0, environment)
        .map((row, context) -> stop(row))
        .findOne();
  }

  private static void append(Handle handle, Entry entry) {
    handle.execute(
        "INSERT INTO stop_event (at, kind, environment, reason, by) VALUES (?, ?, ?, ?, ?)",
        entry.at().toString(),
        entry.kind(),
        entry.environment(),
        entry.reason(),
        entry.by());
  }

  private static DeploymentStop stop(ResultSet row) throws SQLException {
    return new DeploymentStop(
        row.getString("environment"),
        row.getString("reason"),
        row.getString("by"),
        Instant.parse(row.getString("since")));
  }
}

package org.newci.controller.ledger;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.newci.controller.build.Build;
import org.newci.controller.watch.WatchedRefs;

/** The watched refs in the ledger's database. */
public final class SqlWatchedRefs implements WatchedRefs {

  private final Jdbi reader;
  private final Database database;

  public SqlWatchedRefs(Database database) {
    this.reader = database.reader();
    this.database = database;
  }

  @Override
  public Optional<Seen> last(String identity, String ref) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT commit_id, seen FROM watched_ref WHERE identity = ? AND ref = ?")
                .bind(0, identity)
                .bind(1, ref)
                .map((row, context) -> new Seen(row.getString("commit_id"), row.getLong("seen")))
                .findOne());
  }

  @Override
  public void saw(String identity, String ref, Seen now) {
    int _ =
        database.write(
            handle ->
                handle.execute(
                    "INSERT INTO watched_ref (identity, ref, commit_id, seen) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT (identity, ref) DO UPDATE SET commit_id ="
                        + " excluded.commit_id, seen = excluded.seen",
                    identity,
                    ref,
                    now.commit(),
                    now.count()));
  }

  @Override
  public List<Build> newestBuilds(String url, String ref) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT body FROM build JOIN build_body ON build = rank WHERE repo = ? AND ref"
                        + " = ? ORDER BY rank DESC LIMIT 20")
                .bind(0, url)
                .bind(1, ref)
                .mapTo(String.class)
                .map(SqlLedger::build)
                .list());
  }
}

package org.newci.controller.ledger;

import java.time.Instant;
import java.util.List;
import org.newci.controller.upkeep.Archive;

/** Old builds in tables of their own. */
public final class SqlArchive implements Archive {

  private static final List<String> MOVES =
      List.of(
          "INSERT INTO old_event SELECT * FROM event WHERE build IN (<ranks>)",
          "INSERT INTO old_body SELECT * FROM build_body WHERE build IN (<ranks>)",
          "DELETE FROM event WHERE build IN (<ranks>)",
          "DELETE FROM build_body WHERE build IN (<ranks>)");

  private final Database database;

  public SqlArchive(Database database) {
    this.database = database;
  }

  @Override
  public int move(Instant before, int most) {
    return database.write(
        handle -> {
          // Who takes the rows first moves them; another controller finds them taken.
          List<Long> ranks =
              handle
                  .createQuery(
                      "UPDATE build SET hot = 0 WHERE hot = 1 AND rank IN (SELECT rank FROM build"
                          + " WHERE state = 'FINISHED' AND hot = 1 AND finished_at < ? ORDER BY"
                          + " finished_at LIMIT ?) RETURNING rank")
                  .bind(0, before.toString())
                  .bind(1, most)
                  .mapTo(Long.class)
                  .list();
          if (!ranks.isEmpty()) {
            for (String move : MOVES) {
              handle.createUpdate(move).bindList("ranks", ranks).execute();
            }
          }
          return ranks.size();
        });
  }
}

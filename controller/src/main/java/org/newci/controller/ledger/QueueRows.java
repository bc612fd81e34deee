package org.newci.controller.ledger;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger.Busy;
import org.newci.controller.build.BuildLedger.Queue;
import org.newci.controller.build.BuildLedger.Waiting;
import org.newci.controller.build.Order;
import org.newci.controller.build.Priority;

/** What turns are decided by, in rows. */
final class QueueRows {

  /**
   * Builds that are under way. The first half says nothing new, but without it SQLite does not see
   * that its index of unfinished builds is good for this, and reads every build there ever was.
   */
  static final String BUSY =
      "state <> 'FINISHED' AND state IN ('MIRRORING', 'BUILDING', 'COLLECTING', 'DEPLOYING')";

  private QueueRows() {}

  /** How many builds are under way. */
  static int underWay(Handle handle) {
    return handle
        .createQuery("SELECT count(*) FROM build WHERE " + BUSY)
        .mapTo(Integer.class)
        .one();
  }

  /**
   * All of it; heads whose project is taken are left out, and so are all but the oldest so many of
   * each submitter and priority. They are found in an index; only those that are answered are read.
   */
  static Queue read(Handle handle, int each) {
    List<Busy> busy =
        handle
            .createQuery(
                "SELECT id, project, submitter, started_at FROM build WHERE %s ORDER BY rank"
                    .formatted(BUSY))
            .map(
                (row, context) ->
                    new Busy(
                        new BuildId(row.getString("id")),
                        row.getString("project"),
                        row.getString("submitter"),
                        Instant.parse(row.getString("started_at"))))
            .list();
    List<Waiting> heads =
        handle
            .createQuery(
                """
                WITH head AS (
                  SELECT submitter, priority, min(rank) AS first FROM build
                  WHERE state = 'QUEUED'
                    AND project NOT IN (SELECT project FROM build WHERE %s)
                  GROUP BY project, submitter, priority),
                counted AS (
                  SELECT first,
                    row_number() OVER (PARTITION BY submitter, priority ORDER BY first) AS place
                  FROM head)
                SELECT id, rank, project, submitter, priority, created_at
                FROM counted JOIN build ON rank = first WHERE place <= :each ORDER BY rank
                """
                    .formatted(BUSY))
            .bind("each", each)
            .map(
                (row, context) ->
                    new Waiting(
                        new BuildId(row.getString("id")),
                        row.getLong("rank"),
                        row.getString("project"),
                        row.getString("submitter"),
                        Priority.at(row.getInt("priority")),
                        Instant.parse(row.getString("created_at"))))
            .list();
    Map<String, Instant> starts = new HashMap<>();
    handle
        .createQuery("SELECT submitter, started_at FROM last_start")
        .map(
            (row, context) ->
                Map.entry(row.getString("submitter"), Instant.parse(row.getString("started_at"))))
        .forEach(entry -> starts.put(entry.getKey(), entry.getValue()));
    Instant freeSince =
        handle
            .createQuery(
                "SELECT finished_at FROM build WHERE state = 'FINISHED' ORDER BY finished_at DESC"
                    + " LIMIT 1")
            .mapTo(String.class)
            .findOne()
            .map(Instant::parse)
            .orElse(null);
    return new Queue(heads, busy, starts, freeSince);
  }

  /** Builds of the same line, or of a more urgent one of its submitter's, that start before it. */
  static int ahead(Handle handle, Build build) {
    Order order = build.order();
    return handle
        .createQuery(
            "SELECT count(*) FROM build WHERE state = 'QUEUED' AND project = :project AND submitter"
                + " = :submitter AND (priority < :priority OR (priority = :priority AND rank <"
                + " :rank))")
        .bind("project", order.project())
        .bind("submitter", order.submitter())
        .bind("priority", order.priority().place())
        .bind("rank", build.rank())
        .mapTo(Integer.class)
        .one();
  }

  /** Those before it of the same repository and ref. */
  static List<BuildId> older(Handle handle, Build build) {
    return handle
        .createQuery(
            "SELECT id FROM build WHERE state = 'QUEUED' AND repo = :repo AND ref = :ref AND rank <"
                + " :rank ORDER BY rank")
        .bind("repo", build.order().repo())
        .bind("ref", build.order().ref())
        .bind("rank", build.rank())
        .mapTo(String.class)
        .map(BuildId::new)
        .list();
  }

  /** The newest after it of the same repository and ref. */
  static Optional<BuildId> newer(Handle handle, Build build) {
    return handle
        .createQuery(
            "SELECT id FROM build WHERE state = 'QUEUED' AND repo = :repo AND ref = :ref AND rank >"
                + " :rank ORDER BY rank DESC LIMIT 1")
        .bind("repo", build.order().repo())
        .bind("ref", build.order().ref())
        .bind("rank", build.rank())
        .mapTo(String.class)
        .findOne()
        .map(BuildId::new);
  }

  /** That a build of that submitter has started. */
  static void noteStart(Handle handle, String submitter, Instant at) {
    handle.execute(
        "INSERT INTO last_start (submitter, started_at) VALUES (?, ?) ON CONFLICT (submitter) DO"
            + " UPDATE SET started_at = excluded.started_at",
        submitter,
        at.toString());
  }
}

package org.newci.controller.ledger;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.BuildSummary;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.EventKind;
import org.newci.controller.build.Outcome;
import org.newci.controller.show.History;

/** The reading side of the ledger. */
public final class SqlHistory implements History {

  private static final String LINE =
      "SELECT id, rank, repo, ref, artifact, state, outcome, sentence, created_at, finished_at FROM"
          + " build";
  private static final String FINISHED_SINCE =
      " WHERE state = 'FINISHED' AND finished_at >= ? ORDER BY finished_at DESC, rank DESC";
  private static final int PAGE = 1_000;

  private final Jdbi reader;

  public SqlHistory(Database database) {
    this.reader = database.reader();
  }

  @Override
  public Overview overview(Wanted wanted, Predicate<String> readable) {
    return reader.inTransaction(
        handle -> {
          Map<String, Line> found = new LinkedHashMap<>();
          handle
              .createQuery(LINE + " WHERE state <> 'FINISHED'")
              .map((row, context) -> line(row))
              .filter(line -> readable.test(line.summary().repo()))
              .forEach(line -> found.put(line.id(), line));
          // One that ended between the two looks is in both, and counts as finished.
          finished(handle, wanted, readable).forEach(line -> found.put(line.id(), line));
          List<Line> lines = new ArrayList<>(found.values());
          lines.sort(Comparator.comparingLong(Line::rank));
          long total =
              handle
                  .createQuery("SELECT repo, finished FROM tally")
                  .map((row, context) -> Map.entry(row.getString(1), row.getLong(2)))
                  .list()
                  .stream()
                  .filter(entry -> readable.test(entry.getKey()))
                  .mapToLong(Map.Entry::getValue)
                  .sum();
          return new Overview(lines, total);
        });
  }

  /** Reads no further than it must: the newest come first, a page at a time. */
  private static List<Line> finished(Handle handle, Wanted wanted, Predicate<String> readable) {
    Instant since = wanted.since();
    // Text of whole seconds sorts after that of their parts: one second more is read.
    String from = since == null ? "" : since.minusSeconds(1).truncatedTo(SECONDS).toString();
    List<Line> found = new ArrayList<>();
    try (Query query = handle.createQuery(LINE + FINISHED_SINCE).bind(0, from)) {
      Iterator<Line> newest = query.setFetchSize(PAGE).map((row, context) -> line(row)).iterator();
      while (found.size() < wanted.finished() && newest.hasNext()) {
        Line line = newest.next();
        boolean late = since == null || !line.finishedAt().isBefore(since);
        if (late && readable.test(line.summary().repo())) {
          found.add(line);
        }
      }
    }
    return found;
  }

  private static Line line(ResultSet row) throws SQLException {
    BuildState state = BuildState.valueOf(row.getString("state"));
    String finished = row.getString("finished_at");
    return new Line(
        row.getString("id"),
        row.getLong("rank"),
        state,
        finished == null ? Instant.EPOCH : Instant.parse(finished),
        new BuildSummary(
            row.getString("repo"),
            row.getString("ref"),
            row.getString("artifact"),
            state.word(),
            outcome(row.getString("outcome")),
            row.getString("sentence"),
            Instant.parse(row.getString("created_at"))));
  }

  @Override
  public List<Happening> after(BuildId id, long seq, int most) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT seq, at, kind, state, outcome, sentence, body FROM event WHERE build ="
                        + " (SELECT rank FROM build WHERE id = :id) AND seq > :seq UNION ALL SELECT"
                        + " seq, at, kind, state, outcome, sentence, body FROM old_event WHERE build"
                        + " = (SELECT rank FROM build WHERE id = :id) AND seq > :seq ORDER BY seq"
                        + " LIMIT :most")
                .bind("id", id.text())
                .bind("seq", seq)
                .bind("most", most)
                .map(
                    (row, context) -> {
                      EventKind kind = EventKind.valueOf(row.getString("kind"));
                      return new Happening(
                          row.getLong("seq"),
                          Instant.parse(row.getString("at")),
                          SqlLedger.event(kind, row.getString("body")),
                          BuildState.valueOf(row.getString("state")),
                          outcome(row.getString("outcome")),
                          row.getString("sentence"));
                    })
                .list());
  }

  @Override
  public List<Whole> whole(long afterRank, int most) {
    return reader
        .inTransaction(
            handle ->
                handle
                    .createQuery(SqlLedger.BODY + " WHERE rank > ? ORDER BY rank LIMIT ?")
                    .bind(0, afterRank)
                    .bind(1, most)
                    .mapTo(String.class)
                    .map(SqlLedger::build)
                    .list())
        .stream()
        .map(build -> new Whole(build, after(build.id(), 0, Integer.MAX_VALUE)))
        .toList();
  }

  private static @Nullable String outcome(@Nullable String name) {
    return name == null ? null : Outcome.valueOf(name).word();
  }
}

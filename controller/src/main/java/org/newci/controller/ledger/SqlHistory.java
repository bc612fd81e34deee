package org.newci.controller.ledger;

import static java.time.temporal.ChronoUnit.SECONDS;
import static java.util.stream.Collectors.joining;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.EventKind;
import org.newci.controller.build.Outcome;
import org.newci.controller.show.History;

/** The reading side of the ledger. */
public final class SqlHistory implements History {

  /** The words of states and outcomes are their names, in lower case and with blanks. */
  private static final String LINE =
      """
      SELECT id, rank, state, repo, finished_at, '{"repo":' || $repo || ',"ref":' || $ref
        || CASE WHEN artifact IS NULL THEN '' ELSE ',"artifact":' || $artifact END
        || ',"state":"' || lower(state) || '"'
        || CASE WHEN outcome IS NULL THEN ''
             ELSE ',"outcome":"' || lower(replace(outcome, '_', ' ')) || '"' END
        || ',"sentence":' || $sentence || ',"created_at":' || $created_at || '}'
        AS summary
      FROM build""";

  private static final Pattern COLUMN = Pattern.compile("\\$(\\w+)");

  /** So that SQLite finds them in an index (see {@link QueueRows#BUSY}). */
  private static final String WAITING = " WHERE state <> 'FINISHED' AND state = 'QUEUED'";

  /** The first so many: those behind them are not read. */
  private static final String QUEUED =
      " WHERE rank IN (SELECT rank FROM build%s ORDER BY rank LIMIT :most) ORDER BY rank"
          .formatted(WAITING);

  /** By the states' names, for the same reason. */
  private static final String UNDER_WAY =
      " WHERE state <> 'FINISHED' AND state IN (%s) ORDER BY rank"
          .formatted(
              Arrays.stream(BuildState.values())
                  .filter(state -> state != BuildState.FINISHED && state != BuildState.QUEUED)
                  .map(state -> "'" + state.name() + "'")
                  .collect(joining(", ")));

  /** A page of them: those before the last of the page before. */
  private static final String FINISHED =
      " WHERE state = 'FINISHED' AND finished_at >= :from AND (finished_at, rank) < (:at, :rank)"
          + " ORDER BY finished_at DESC, rank DESC LIMIT :page";

  private static final String ENDED = "SELECT coalesce(sum(finished), 0) FROM tally";
  private static final String ENDED_OF = "SELECT repo, finished FROM tally";

  /** Sorts after every time. */
  private static final String EVER = "~";

  private static final int PAGE = 1_000;

  private final Database database;
  private final Jdbi reader;
  private final String line;

  public SqlHistory(Database database) {
    this.database = database;
    this.line = COLUMN.matcher(LINE).replaceAll(found -> database.jsonOf(found.group(1)));
    this.reader = database.reader();
  }

  @Override
  public String state() {
    return database.state();
  }

  @Override
  public Totals overview(Wanted wanted, Predicate<String> readable, Consumer<Line> each) {
    return reader.inTransaction(
        handle -> {
          Set<String> shown = new HashSet<>();
          int queued = queued(handle, wanted, readable, shown, each);
          try (Query query = handle.createQuery(line + UNDER_WAY)) {
            scan(query, row -> show(row, readable, shown, each));
          }
          int doubled = finished(handle, wanted, readable, shown, each);
          long ended = wanted.all() ? total(handle, ENDED) : total(handle, ENDED_OF, readable);
          return new Totals(
              queued < wanted.queued() ? queued : allQueued(handle, wanted, readable),
              ended - doubled);
        });
  }

  private static long allQueued(Handle handle, Wanted wanted, Predicate<String> readable) {
    return wanted.all()
        ? total(handle, "SELECT count(*) FROM build" + WAITING)
        : total(handle, "SELECT repo, count(*) FROM build" + WAITING + " GROUP BY repo", readable);
  }

  /** Answers how many it told. */
  private int queued(
      Handle handle,
      Wanted wanted,
      Predicate<String> readable,
      Set<String> shown,
      Consumer<Line> each) {
    try (Query query = handle.createQuery(line + QUEUED).setFetchSize(PAGE)) {
      // Among those of others there may be any number of the reader's own.
      query.bind("most", wanted.all() ? wanted.queued() : Integer.MAX_VALUE);
      scan(
          query,
          row -> {
            if (shown.size() < wanted.queued()) {
              show(row, readable, shown, each);
            }
          });
    }
    return shown.size();
  }

  /** Once, though it may have moved on between two looks. */
  private static void show(
      ResultSet row, Predicate<String> readable, Set<String> shown, Consumer<Line> each)
      throws SQLException {
    if (readable.test(row.getString("repo")) && shown.add(row.getString("id"))) {
      each.accept(line(row));
    }
  }

  /**
   * Reads no further than it must: the newest come first, a page at a time. Answers how many had
   * been shown before: they ended between the two looks.
   */
  private int finished(
      Handle handle,
      Wanted wanted,
      Predicate<String> readable,
      Set<String> shown,
      Consumer<Line> each) {
    Instant since = wanted.since();
    // Text of whole seconds sorts after that of their parts: one second more is read.
    String from = since == null ? "" : since.minusSeconds(1).truncatedTo(SECONDS).toString();
    Page page = new Page(EVER, Long.MAX_VALUE);
    int doubled = 0;
    int found = 0;
    while (found < wanted.finished() && page != null) {
      int most = Math.min(PAGE, wanted.finished() - found);
      List<Line> late = new ArrayList<>();
      page = page(handle, from, page, most, readable, since, late);
      for (Line line : late) {
        if (shown.contains(line.id())) {
          doubled++;
        } else {
          each.accept(line);
          found++;
        }
      }
    }
    return doubled;
  }

  /** The last build of a page. */
  private record Page(String at, long rank) {}

  /** Adds what is wanted of the page after that one; null when it is the last. */
  private @Nullable Page page(
      Handle handle,
      String from,
      Page before,
      int most,
      Predicate<String> readable,
      @Nullable Instant since,
      List<Line> found) {
    List<Page> read = new ArrayList<>();
    try (Query query = handle.createQuery(line + FINISHED)) {
      query.bind("from", from).bind("at", before.at()).bind("rank", before.rank());
      scan(
          query.bind("page", most),
          row -> {
            String at = row.getString("finished_at");
            read.add(new Page(at, row.getLong("rank")));
            boolean late = since == null || !Instant.parse(at).isBefore(since);
            if (late && readable.test(row.getString("repo"))) {
              found.add(line(row));
            }
          });
    }
    return read.size() < most ? null : read.getLast();
  }

  private static long total(Handle handle, String sql) {
    return handle.createQuery(sql).mapTo(Long.class).one();
  }

  /** Of rows that have a repository and a number, the numbers of those that may be seen. */
  private static long total(Handle handle, String sql, Predicate<String> readable) {
    AtomicLong total = new AtomicLong();
    try (Query query = handle.createQuery(sql)) {
      scan(
          query,
          row -> {
            if (readable.test(row.getString(1))) {
              total.addAndGet(row.getLong(2));
            }
          });
    }
    return total.get();
  }

  private interface Row {
    void read(ResultSet row) throws SQLException;
  }

  private static void scan(Query query, Row each) {
    query.scanResultSet(
        (rows, context) -> {
          ResultSet row = rows.get();
          while (row.next()) {
            each.read(row);
          }
          return true;
        });
  }

  private static Line line(ResultSet row) throws SQLException {
    return new Line(
        row.getString("id"),
        row.getLong("rank"),
        BuildState.valueOf(row.getString("state")),
        row.getString("repo"),
        row.getString("summary"));
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

package org.newci.controller.ledger;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.BuildSummary;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.EventKind;
import org.newci.controller.build.Outcome;
import org.newci.controller.show.History;

/** The reading side of the ledger. */
public final class SqlHistory implements History {

  private final Jdbi reader;

  public SqlHistory(Database database) {
    this.reader = database.reader();
  }

  @Override
  public List<Line> lines() {
    // One statement, so that every build is seen at one and the same moment.
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT id, repo, ref, artifact, state, outcome, sentence, created_at FROM"
                        + " build ORDER BY rank")
                .map(
                    (row, context) -> {
                      BuildState state = BuildState.valueOf(row.getString("state"));
                      return new Line(
                          row.getString("id"),
                          state,
                          new BuildSummary(
                              row.getString("repo"),
                              row.getString("ref"),
                              row.getString("artifact"),
                              state.word(),
                              outcome(row.getString("outcome")),
                              row.getString("sentence"),
                              Instant.parse(row.getString("created_at"))));
                    })
                .list());
  }

  @Override
  public List<Happening> after(BuildId id, long seq, int most) {
    return reader.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT seq, at, kind, state, outcome, sentence, body FROM event WHERE build ="
                        + " (SELECT rank FROM build WHERE id = ?) AND seq > ? ORDER BY seq LIMIT"
                        + " ?")
                .bind(0, id.text())
                .bind(1, seq)
                .bind(2, most)
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

  private static @Nullable String outcome(@Nullable String name) {
    return name == null ? null : Outcome.valueOf(name).word();
  }
}

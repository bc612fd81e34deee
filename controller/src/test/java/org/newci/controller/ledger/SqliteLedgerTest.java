package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Given;
import org.newci.controller.show.History;

class SqliteLedgerTest extends SqlLedgerContract {

  private static final String FREE = SqlLedger.PROJECT_IS_FREE;

  @TempDir Path dir;

  @Override
  Database open() {
    return SqliteDatabase.open(dir.resolve("builds.db"));
  }

  @Override
  Connection direct() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("builds.db"));
  }

  /** Whatever is asked again and again must not take longer for every build that ever was. */
  @Test
  void nothingIsAnsweredByReadingAllBuilds() throws Exception {
    Set<String> asked = new LinkedHashSet<>();
    try (Database database = SqliteDatabase.open(dir.resolve("more.db"))) {
      database
          .reader()
          .setSqlLogger(
              new SqlLogger() {
                @Override
                public void logBeforeExecution(StatementContext context) {
                  asked.add(context.getParsedSql().getSql());
                }
              });
      SqlLedger ledger = new SqlLedger(database, Clock.systemUTC());
      Build build =
          ((BuildLedger.Fresh) ledger.add(Build.of(Given.id(), Given.order("a", null)), null, 10))
              .build();
      assertThat(ledger.find(build.id())).isPresent();
      assertThat(ledger.queue(10).heads()).hasSize(1);
      assertThat(ledger.underWay() + ledger.ahead(build)).isZero();
      assertThat(ledger.olderInQueue(build)).isEmpty();
      assertThat(ledger.newerInQueue(build)).isEmpty();
      assertThat(ledger.active()).isEmpty();
      assertThat(ledger.held()).isEmpty();
      SqlHistory history = new SqlHistory(database);
      assertThat(lines(history, new History.Wanted(100_000, 1_000, null, false))).hasSize(1);
      assertThat(history.after(build.id(), 0, 10)).hasSize(1);
      database
          .reader()
          .useHandle(handle -> handle.execute("SELECT 1 FROM build WHERE rank = 1" + FREE));
      assertThat(asked).hasSizeGreaterThan(12);
    }
    for (String sql : asked) {
      assertThat(plan(sql)).as(sql).noneMatch(step -> step.matches("SCAN (build|other)"));
    }
  }

  private List<String> plan(String sql) throws SQLException {
    List<String> steps = new ArrayList<>();
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("more.db"));
        PreparedStatement statement = connection.prepareStatement("EXPLAIN QUERY PLAN " + sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        steps.add(rows.getString("detail"));
      }
    }
    return steps;
  }
}

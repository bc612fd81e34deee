package org.newci.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * Puts finished builds into a controller's database, as if they had been built: copies of one that
 * was, a minute apart, of a thousand repositories; those that are older than two weeks lie where
 * the controller archives them.
 */
final class OldBuilds {

  private static final int HOT = 14 * 24 * 60;

  private final String url;
  private final boolean postgres;

  private OldBuilds(String url, boolean postgres) {
    this.url = url;
    this.postgres = postgres;
  }

  /** In that PostgreSQL, or in the file of that home. */
  static OldBuilds in(@Nullable String database, Path home) {
    return database == null
        ? new OldBuilds("jdbc:sqlite:" + home.resolve("data/builds.db"), false)
        : new OldBuilds(database, true);
  }

  /** Adds the numbers from the one to before the other; the first is the newest. */
  void add(int from, int to, boolean whole) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      long template = number(connection, "SELECT max(rank) FROM build WHERE outcome = 'SUCCEEDED'");
      String fresh = " AND build.rank > " + number(connection, "SELECT max(rank) FROM build");
      run(connection, rows(template, from, to));
      if (whole) {
        copy(connection, "build_body", "body", template, fresh + " AND build.hot = 1");
        copy(connection, "old_body", "body", template, fresh + " AND build.hot = 0");
        copy(connection, "event", "event", template, fresh + " AND build.hot = 1");
        copy(connection, "old_event", "event", template, fresh + " AND build.hot = 0");
      }
      run(connection, "DELETE FROM tally");
      run(
          connection,
          "INSERT INTO tally SELECT repo, count(*) FROM build WHERE state = 'FINISHED' GROUP BY repo");
      connection.commit();
      connection.setAutoCommit(true);
      // As both do by themselves after a while.
      run(connection, postgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)");
    }
  }

  /** Builds that wait, of a hundred submitters and so many repositories. */
  void addQueued(int number, int repositories) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      long template = number(connection, "SELECT max(rank) FROM build WHERE state = 'QUEUED'");
      String fresh = " AND build.rank > " + number(connection, "SELECT max(rank) FROM build");
      String sql =
          """
          WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
          INSERT INTO build (id, version, project, state, sentence, repo, ref, artifact, created_at,
            submitter, priority)
          SELECT %s, version, 'waiting-' || (i %% %d), state, sentence,
            'https://git.example/waiting/' || (i %% %d), ref, artifact, created_at,
            submitter, priority
          FROM build, n WHERE rank = %d ORDER BY i
          """
              .formatted(number, id("'1'"), repositories, repositories, template);
      run(connection, sql);
      copy(connection, "build_body", "body", template, fresh);
      copy(connection, "event", "event", template, fresh);
      connection.commit();
    }
  }

  /** Takes everything that waits away, so that what is measured next is not about it. */
  void dropQueue() throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      run(
          connection,
          "UPDATE build SET state = 'FINISHED', outcome = 'CANCELLED', finished_at ="
              + " created_at WHERE state <> 'FINISHED'");
      run(connection, "DELETE FROM wanted");
    }
  }

  private String rows(long template, int from, int to) {
    return """
    WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)
    INSERT INTO build (id, version, project, state, outcome, sentence, repo, ref, artifact,
      created_at, sequence, submitter, priority, started_at, finished_at, hot)
    SELECT %s, version, 'old-' || (i %% 1000), state, outcome, sentence,
      'https://git.example/old/' || (i %% 1000), ref, artifact, %s, sequence, submitter, priority,
      %s, %s, CASE WHEN i < %d THEN 1 ELSE 0 END
    FROM build, n WHERE rank = %d ORDER BY i DESC
    """
        .formatted(from, to - 1, id("'0'"), ago(70), ago(65), ago(60), HOT, template);
  }

  private String id(String first) {
    return first + (postgres ? " || lpad(i::text, 25, '0')" : " || printf('%025d', i)");
  }

  /** The time so many seconds before the minute of that number. */
  private String ago(int seconds) {
    return postgres
        ? "to_char((now() - (i * 60 + %d) * interval '1 s') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
            .formatted(seconds)
        : "strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', 'now', (0 - i * 60 - %d) || ' seconds')"
            .formatted(seconds);
  }

  private static void copy(
      Connection connection, String table, String kind, long template, String which)
      throws SQLException {
    String from = kind.equals("body") ? "build_body" : "event";
    String columns =
        kind.equals("body") ? "" : "t.seq, t.at, t.kind, t.state, t.outcome, t.sentence,";
    run(
        connection,
        """
        INSERT INTO %s
        SELECT build.rank, %s replace(replace(t.body, old.id, build.id),
          '"rank":' || old.rank || ',', '"rank":' || build.rank || ',')
        FROM build, %s AS t, build AS old
        WHERE t.build = %d AND old.rank = t.build %s
        """
            .formatted(table, columns, from, template, which));
  }

  private static long number(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

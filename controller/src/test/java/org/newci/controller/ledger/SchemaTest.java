package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Given;
import org.newci.controller.show.History;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

class SchemaTest {

  private static final History.Wanted ALL = new History.Wanted(100_000, 100_000, null, false);

  private static final String BODY =
      """
      {"id":"THE_ID","rank":1,"version":1,"order":{"repo":"https://example.org/a.git","ref":"main",\
      "artifact":null,"published_name":null,"project":"a","commit":null,"submitter":"ann",\
      "created_at":"2026-01-01T00:00:00Z"},"state":"QUEUED","outcome":null,"sentence":"Waits.",\
      "found":{},"stop":null,"steps":[],"finished_at":null}
      """;

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"db/sqlite", "db/postgresql"})
  void theNewestVersionIsTheOneOfTheNewestFile(String folder) throws Exception {
    Path files = Path.of(SchemaTest.class.getClassLoader().getResource(folder).toURI());
    try (Stream<Path> all = Files.list(files)) {
      int highest =
          all.map(file -> file.getFileName().toString().replaceAll("V(\\d+)__.*", "$1"))
              .mapToInt(Integer::parseInt)
              .max()
              .orElseThrow();
      assertThat(Schema.NEWEST).isEqualTo(highest);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "10"})
  void aFileOfAnEarlierVersionIsTakenOverWithItsBuilds(String version) throws Exception {
    Path file = dir.resolve("builds.db");
    Flyway.configure()
        .dataSource("jdbc:sqlite:" + file, null, null)
        .locations("classpath:db/sqlite")
        .target(version)
        .load()
        .migrate();
    BuildId id = Given.id();
    try (Connection direct = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement sql = direct.createStatement()) {
      sql.executeUpdate(
          "INSERT INTO build (id, version, project, state, sentence, repo, ref, created_at) VALUES"
              + " ('%s', 1, 'a', 'QUEUED', 'Waits.', 'https://example.org/a.git', 'main',"
                  .formatted(id)
              + " '2026-01-01T00:00:00Z')");
      sql.executeUpdate(
          "INSERT INTO build_body VALUES (1, '%s')".formatted(BODY.replace("THE_ID", id.text())));
    }
    try (Database database = SqliteDatabase.open(file)) {
      BuildLedger ledger = new SqlLedger(database, Clock.systemUTC());
      assertThat(ledger.find(id).orElseThrow().state()).isEqualTo(BuildState.QUEUED);
      assertThat(ledger.queue(10).heads()).extracting(BuildLedger.Waiting::id).containsExactly(id);
      assertThat(SqlLedgerContract.lines(new SqlHistory(database), ALL)).hasSize(1);
      assertThat(new SqlClaims(database, Clock.systemUTC()).known(9)).isEmpty();
    }
    try (Database again = SqliteDatabase.open(file)) {
      assertThat(SqlLedgerContract.lines(new SqlHistory(again), ALL)).hasSize(1);
    }
  }

  @Test
  void aNewerFileIsRefusedWithASentence() throws Exception {
    Path file = dir.resolve("builds.db");
    SqliteDatabase.open(file).close();
    pretendNewer("jdbc:sqlite:" + file);
    assertThatThrownBy(() -> SqliteDatabase.open(file))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("version 999 (expected at most %d)".formatted(Schema.NEWEST))
        .hasMessageContaining("a newer NewCI has used it");
  }

  @Test
  @NeedsProgram("postgres")
  void aNewerSharedDatabaseIsRefusedWithASentence() throws Exception {
    String url = PostgreSql.shared().freshDatabase();
    PostgresAddress address = new PostgresAddress(url, null, null);
    PostgresDatabase.open(address, Duration.ofSeconds(30)).close();
    pretendNewer(url);
    assertThatThrownBy(() -> PostgresDatabase.open(address, Duration.ofSeconds(30)))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContaining("version 999");
  }

  @Test
  void aSecondControllerOnOneFileIsRefusedWithASentence() {
    Path file = dir.resolve("builds.db");
    try (Database first = SqliteDatabase.open(file)) {
      assertThat(first.countsGoodFor()).isPositive();
      assertThatThrownBy(() -> SqliteDatabase.open(file))
          .isInstanceOf(DatabaseRefused.class)
          .hasMessageContaining("another running controller's")
          .hasMessageContaining("NEWCI_DATABASE_URL");
    }
    SqliteDatabase.open(file).close();
  }

  @Test
  void aDatabaseThatDoesNotAnswerIsNamedWithoutItsSecrets() {
    PostgresAddress address =
        new PostgresAddress(
            "jdbc:postgresql://127.0.0.1:1/builds?password=hunter2", "newci", "hunter3");
    assertThatThrownBy(() -> PostgresDatabase.open(address, Duration.ofSeconds(30)))
        .isInstanceOf(DatabaseRefused.class)
        .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/builds cannot be used")
        .hasMessageNotContaining("hunter");
    assertThat(address.toString()).doesNotContain("hunter");
  }

  @Test
  void anotherKindOfDatabaseIsRefusedByItsUrl() {
    assertThatThrownBy(() -> new PostgresAddress("jdbc:mysql://u:hunter2@h/x", null, null))
        .hasMessageContaining("'jdbc:mysql://…@h/x' (expected jdbc:postgresql:")
        .hasMessageNotContaining("hunter");
  }

  private static void pretendNewer(String url) throws Exception {
    try (Connection direct = DriverManager.getConnection(url);
        Statement sql = direct.createStatement()) {
      sql.executeUpdate(
          "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
              + " checksum, installed_by, execution_time, success) VALUES (999, '999', 'later',"
              + " 'SQL', 'V999__later.sql', 1, 'x', 1, true)");
    }
  }
}

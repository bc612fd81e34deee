package org.newci.standin.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Objects;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaTest {

  private static final String FOLDER = "org/newci/standin/database";

  @TempDir Path dir;

  @Test
  void theNewestVersionIsTheOneOfTheNewestFile() throws Exception {
    Path files =
        Path.of(
                Objects.requireNonNull(
                        SchemaTest.class.getClassLoader().getResource(FOLDER + "/V1__gitlab.sql"))
                    .toURI())
            .getParent();
    try (Stream<Path> all = Files.list(files)) {
      int highest =
          all.map(file -> file.getFileName().toString())
              .filter(name -> name.matches("V\\d+__.*\\.sql"))
              .mapToInt(name -> Integer.parseInt(name.replaceAll("V(\\d+)__.*", "$1")))
              .max()
              .orElseThrow();
      assertThat(Schema.NEWEST).isEqualTo(highest);
    }
  }

  @Test
  void tablesOfAnEarlierVersionAreBroughtUpToDate() throws Exception {
    Path file = dir.resolve("gitlab.db");
    Flyway.configure()
        .dataSource("jdbc:sqlite:" + file, null, null)
        .locations("classpath:" + FOLDER)
        .target("10")
        .load()
        .migrate();
    Database.open(file).close();
    assertThat(version(file)).isEqualTo(Schema.NEWEST);
    Database.open(file).close();
  }

  @Test
  void tablesOfANewerVersionAreRefused() throws Exception {
    Path file = dir.resolve("gitlab.db");
    Database.open(file).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO flyway_schema_history SELECT 99, '99', description, type, script, checksum,"
              + " installed_by, installed_on, execution_time, success FROM flyway_schema_history"
              + " WHERE version = '20'");
    }
    assertThatThrownBy(() -> Database.open(file)).hasMessageContaining("version 99");
  }

  private static int version(Path file) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT max(CAST(version AS integer)) FROM flyway_schema_history")) {
      return rows.getInt(1);
    }
  }
}

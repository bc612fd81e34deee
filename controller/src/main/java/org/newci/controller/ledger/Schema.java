package org.newci.controller.ledger;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of the tables. It is read before Flyway is asked, which takes longer to start than
 * everything else of the database, and at most starts has nothing to do.
 */
final class Schema {

  /** The highest number among the files in {@code db/}. */
  static final int NEWEST = 42;

  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  private Schema() {}

  /**
   * Applies what is missing.
   *
   * @param folder of the migrations, in the class path
   * @param name of the database, for a sentence
   * @throws DatabaseRefused if its tables are newer than this program
   */
  static void bringUpToDate(DataSource source, String folder, String name) {
    int version = version(source);
    if (version > NEWEST) {
      throw new DatabaseRefused(
          "The %s has tables of version %d (expected at most %d): a newer NewCI has used it; start that one, or restore what was saved before the upgrade."
              .formatted(name, version, NEWEST));
    }
    if (version < NEWEST) {
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:" + folder)
          .loggers("slf4j")
          .load()
          .migrate();
      LOG.info("the {} is now at version {}", name, NEWEST);
    }
  }

  /** The highest that was applied; 0 for an empty database. */
  private static int version(DataSource source) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT max(CAST(version AS integer)) FROM flyway_schema_history WHERE success")) {
      return rows.next() ? rows.getInt(1) : 0;
    } catch (SQLException e) {
      LOG.debug("there are no tables yet, or Flyway will say what is wrong", e);
      return 0;
    }
  }
}

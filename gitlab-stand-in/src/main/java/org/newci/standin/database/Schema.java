package org.newci.standin.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of the tables. It is read before Flyway is asked, which at most starts would have
 * nothing to do and takes long to find that out.
 */
final class Schema {

  /** The highest number among the migrations beside this class. */
  static final int NEWEST = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

  private Schema() {}

  /** Applies what is missing; refuses tables that a newer program made. */
  static void bringUpToDate(DataSource source) {
    int version = version(source);
    if (version > NEWEST) {
      throw new IllegalStateException(
          "The stand-in's database has tables of version %d (expected at most %d): a newer NewCI has used it."
              .formatted(version, NEWEST));
    }
    if (version < NEWEST) {
      Flyway.configure(Schema.class.getClassLoader())
          .dataSource(source)
          .locations("classpath:org/newci/standin/database")
          .loggers("slf4j")
          .load()
          .migrate();
    }
  }

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

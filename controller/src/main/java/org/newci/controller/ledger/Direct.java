package org.newci.controller.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;

/**
 * Statements of the handle's transaction without what Jdbi does for each one, which takes longer
 * than the database itself: for what every submission does.
 */
final class Direct {

  private Direct() {}

  /**
   * Runs it; answers how many rows it changed.
   *
   * @param values of its question marks: texts, numbers or nulls
   */
  static int update(Handle handle, String sql, @Nullable Object... values) {
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  /** Runs it; answers the number in the one row that it returns. */
  static long number(Handle handle, String sql, @Nullable Object... values) {
    try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
      bind(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        if (!rows.next()) {
          throw new IllegalStateException("no row from: " + sql);
        }
        return rows.getLong(1);
      }
    } catch (SQLException e) {
      throw failed(sql, e);
    }
  }

  private static void bind(PreparedStatement statement, @Nullable Object[] values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  private static UnableToExecuteStatementException failed(String sql, SQLException e) {
    return new UnableToExecuteStatementException("%s [%s]".formatted(e.getMessage(), sql), e, null);
  }
}

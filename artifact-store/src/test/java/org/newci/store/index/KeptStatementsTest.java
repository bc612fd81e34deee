package org.newci.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptStatementsTest {

  private static final String INSERT = "INSERT INTO t (id, word) VALUES (?, ?)";
  private static final String SELECT = "SELECT word FROM t WHERE id = ?";

  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    connection = KeptStatements.over(DriverManager.getConnection("jdbc:sqlite::memory:"));
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT)");
    }
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    assertThat(connection.isClosed()).isTrue();
  }

  @Test
  void aStatementIsUsedAgainWithNothingOfItsFormerUse() throws SQLException {
    insert(1, "one");
    try (PreparedStatement again = connection.prepareStatement(INSERT)) {
      again.setLong(1, 2);
      again.executeUpdate();
    }
    assertThat(word(1)).isEqualTo("one");
    assertThat(word(2)).isNull();
  }

  @Test
  void oneThatFailedIsNotUsedAgain() throws SQLException {
    insert(1, "one");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> insert(1, "other")).isInstanceOf(SQLException.class);
    }
    insert(2, "two");
    assertThat(word(1)).isEqualTo("one");
    assertThat(word(2)).isEqualTo("two");
  }

  @Test
  void oneThatIsInUseIsPreparedAnew() throws SQLException {
    insert(1, "one");
    insert(2, "two");
    try (PreparedStatement outer = connection.prepareStatement(SELECT)) {
      outer.setLong(1, 1);
      try (ResultSet row = outer.executeQuery()) {
        assertThat(row.next()).isTrue();
        assertThat(word(2)).isEqualTo("two");
        assertThat(row.getString(1)).isEqualTo("one");
      }
    }
    assertThat(word(1)).isEqualTo("one");
  }

  private void insert(long id, String word) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setLong(1, id);
      insert.setString(2, word);
      insert.executeUpdate();
    }
  }

  private String word(long id) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SELECT)) {
      select.setLong(1, id);
      try (ResultSet row = select.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }
}

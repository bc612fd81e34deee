package org.newci.store.index;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection that prepares each statement once: SQLite takes longer to read one than to do it.
 * Whoever closes such a statement gives it back; one that is not back yet is prepared anew. Used by
 * one thread at a time, as every connection of the index is.
 */
final class KeptStatements implements InvocationHandler {

  /** The store's statements are far fewer; more would be ones made up as it goes. */
  private static final int MOST = 64;

  private final Connection connection;
  private final Map<String, PreparedStatement> idle = new HashMap<>();

  private KeptStatements(Connection connection) {
    this.connection = connection;
  }

  /** The same connection, keeping its statements until it is closed. */
  static Connection over(Connection connection) {
    return proxy(Connection.class, new KeptStatements(connection));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (method.getName().equals("prepareStatement")
        && arguments != null
        && arguments.length == 1
        && arguments[0] instanceof String sql) {
      PreparedStatement kept = idle.remove(sql);
      return lent(sql, kept == null ? connection.prepareStatement(sql) : kept);
    }
    if (method.getName().equals("close")) {
      for (PreparedStatement statement : idle.values()) {
        statement.close();
      }
      idle.clear();
    }
    return passed(connection, method, arguments);
  }

  private PreparedStatement lent(String sql, PreparedStatement statement) {
    AtomicBoolean failed = new AtomicBoolean();
    return proxy(
        PreparedStatement.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("close")) {
            giveBack(sql, statement, failed.get());
            return null;
          }
          try {
            return passed(statement, method, arguments);
          } catch (SQLException e) {
            failed.set(true);
            throw e;
          }
        });
  }

  private void giveBack(String sql, PreparedStatement statement, boolean failed)
      throws SQLException {
    // The driver ends a statement that failed.
    if (failed || idle.size() >= MOST || idle.containsKey(sql)) {
      statement.close();
      return;
    }
    // What it was given last, a whole blob perhaps, is not kept.
    statement.clearParameters();
    idle.put(sql, statement);
  }

  private static @Nullable Object passed(Object to, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(to, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}

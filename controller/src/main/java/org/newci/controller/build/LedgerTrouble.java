package org.newci.controller.build;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;

/** What the world, and no mistake of ours, does to the database that the ledger lies in. */
public enum LedgerTrouble {
  /** It does not answer, goes, comes back, or is too busy. */
  AWAY,
  /** It has no space. */
  FULL;

  /**
   * Low byte of SQLite's result codes (sqlite.org/rescode.html): an error of the disk, a full one.
   */
  private static final int SQLITE_BUSY = 5;

  private static final int SQLITE_IOERR = 10;
  private static final int SQLITE_FULL = 13;

  /** Thrown instead of waiting any longer for a turn at the database. */
  public static final class Overdue extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Overdue(String sentence) {
      super(sentence);
    }
  }

  /** Which it is, if it is one of them. */
  public static Optional<LedgerTrouble> of(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 20; t = t.getCause()) {
      if (t instanceof Overdue || t instanceof SQLTransientConnectionException) {
        return Optional.of(AWAY);
      }
      if (t instanceof SQLException sql) {
        return sql.getSQLState() == null ? ofSqlite(sql) : ofState(sql.getSQLState());
      }
      depth++;
    }
    return Optional.empty();
  }

  /** Codes of postgresql.org/docs/15/errcodes-appendix.html. */
  private static Optional<LedgerTrouble> ofState(String state) {
    if (state.equals("53100")) {
      return Optional.of(FULL);
    }
    // Connections; resources; an operator's intervention; a lock that others hold for too long.
    boolean away =
        state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57")
            || state.startsWith("58")
            || state.equals("55P03");
    return away ? Optional.of(AWAY) : Optional.empty();
  }

  private static Optional<LedgerTrouble> ofSqlite(SQLException sql) {
    return switch (sql.getErrorCode() & 0xff) {
      case SQLITE_FULL -> Optional.of(FULL);
      case SQLITE_BUSY, SQLITE_IOERR -> Optional.of(AWAY);
      default -> Optional.empty();
    };
  }
}

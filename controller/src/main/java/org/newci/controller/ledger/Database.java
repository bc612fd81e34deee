package org.newci.controller.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;

/** The file {@code builds.db}: one connection that writes, a few that read. */
public final class Database implements AutoCloseable {

  private static final int READERS = 4;

  private final HikariDataSource writing;
  private final HikariDataSource reading;

  private Database(HikariDataSource writing, HikariDataSource reading) {
    this.writing = writing;
    this.reading = reading;
  }

  /** Opens that file, makes it when missing and brings its tables up to date. */
  public static Database open(Path file) {
    HikariDataSource writing = pool(file, 1, "IMMEDIATE");
    Flyway.configure()
        .dataSource(writing)
        .locations("classpath:db/sqlite")
        .loggers("slf4j")
        .load()
        .migrate();
    return new Database(writing, pool(file, READERS, "DEFERRED"));
  }

  private static HikariDataSource pool(Path file, int size, String transactions) {
    HikariConfig config = new HikariConfig();
    // Pragmas of sqlite.org/pragma.html: FULL makes a commit durable in WAL mode too.
    config.setJdbcUrl(
        "jdbc:sqlite:%s?journal_mode=WAL&synchronous=FULL&busy_timeout=10000&foreign_keys=true&transaction_mode=%s"
            .formatted(file, transactions));
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setPoolName("builds-" + transactions);
    config.setMaxLifetime(0);
    return new HikariDataSource(config);
  }

  Jdbi writer() {
    return Jdbi.create(writing);
  }

  Jdbi reader() {
    return Jdbi.create(reading);
  }

  @Override
  public void close() {
    reading.close();
    writing.close();
  }
}

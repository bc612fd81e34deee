package org.newci.standin.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The state of the stand-in. There is one connection that writes, so that transactions follow each
 * other and what one of them read is still true when it commits.
 */
public final class Database implements AutoCloseable {

  private static final int READERS = 4;
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final HikariDataSource writer;
  private final HikariDataSource readers;
  private final Jdbi writing;
  private final Jdbi reading;

  private Database(HikariDataSource writer, HikariDataSource readers) {
    this.writer = writer;
    this.readers = readers;
    this.writing = Jdbi.create(writer);
    this.reading = Jdbi.create(readers);
  }

  /** Opens that file, made and brought to today's tables when needed. */
  public static Database open(Path file) {
    HikariDataSource writer = pool(file, SQLiteConfig.TransactionMode.IMMEDIATE, 1);
    Schema.bringUpToDate(writer);
    return new Database(writer, pool(file, SQLiteConfig.TransactionMode.DEFERRED, READERS));
  }

  /** Runs it alone in a transaction; an exception undoes all of it. */
  public <T> T write(Function<Handle, T> work) {
    return writing.inTransaction(work::apply);
  }

  /** Runs it on what was last committed. */
  public <T> T read(Function<Handle, T> work) {
    return reading.withHandle(work::apply);
  }

  @Override
  public void close() {
    readers.close();
    writer.close();
  }

  private static HikariDataSource pool(Path file, SQLiteConfig.TransactionMode mode, int size) {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // Survives a crash of the process; a power cut may lose the last moments, never the file.
    config.setSynchronous(SQLiteConfig.SynchronousMode.NORMAL);
    config.setTransactionMode(mode);
    config.setBusyTimeout((int) WAIT.toMillis());
    config.enforceForeignKeys(true);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("gitlab-" + mode);
    pool.setDataSource(source);
    pool.setMaximumPoolSize(size);
    pool.setMinimumIdle(1);
    pool.setConnectionTimeout(WAIT.toMillis());
    return new HikariDataSource(pool);
  }
}

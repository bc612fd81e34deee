package org.newci.controller.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;
import org.newci.controller.build.News;
import org.sqlite.SQLiteDataSource;

/**
 * The file {@code builds.db}: one connection that writes, a few that read. It belongs to one
 * controller, which holds a lock beside it.
 */
public final class SqliteDatabase implements Database {

  private static final int READERS = 4;

  private final FileChannel lock;
  private final HikariDataSource writing;
  private final HikariDataSource reading;
  private final Jdbi reader;
  private final GroupCommit writer;
  private final List<Runnable> undone = new CopyOnWriteArrayList<>();
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong sequence;

  private SqliteDatabase(
      FileChannel lock, HikariDataSource writing, HikariDataSource reading, long atLeast) {
    this.lock = lock;
    this.writing = writing;
    this.reading = reading;
    this.reader = Jdbi.create(reading);
    this.writer =
        new GroupCommit(
            Jdbi.create(writing), commits::incrementAndGet, () -> undone.forEach(Runnable::run));
    long highest =
        reader.withHandle(
            handle ->
                handle
                    .createQuery("SELECT coalesce(max(sequence), 0) FROM build")
                    .mapTo(Long.class)
                    .one());
    this.sequence = new AtomicLong(Math.max(highest, atLeast));
  }

  /**
   * Opens that file, makes it when missing and brings its tables up to date.
   *
   * @throws DatabaseRefused if another controller has it, or a newer one had it
   */
  public static SqliteDatabase open(Path file) {
    return open(file, 0);
  }

  /**
   * The same.
   *
   * @param now numbers of deployments go on from its milliseconds at least: an environment
   *     remembers numbers that a file of before, such as one from a backup, does not know of
   */
  public static SqliteDatabase open(Path file, Instant now) {
    return open(file, now.toEpochMilli());
  }

  private static SqliteDatabase open(Path file, long atLeast) {
    FileChannel lock = lock(file);
    try {
      HikariDataSource writing = pool(file, 1, "IMMEDIATE");
      Schema.bringUpToDate(writing, "db/sqlite", "file " + file);
      return new SqliteDatabase(lock, writing, pool(file, READERS, "DEFERRED"), atLeast);
    } catch (RuntimeException e) {
      unlock(lock);
      throw e;
    }
  }

  private static FileChannel lock(Path file) {
    Path beside = file.resolveSibling(file.getFileName() + ".lock");
    try {
      FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new DatabaseRefused(
            "The file %s is another running controller's (expected one for each data folder; several can share a PostgreSQL database, named by NEWCI_DATABASE_URL)."
                .formatted(file));
      }
      return channel;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + beside, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void unlock(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HikariDataSource pool(Path file, int size, String transactions) {
    SQLiteDataSource source = new SQLiteDataSource();
    // Pragmas of sqlite.org/pragma.html: FULL makes a commit durable in WAL mode too.
    source.setUrl(
        "jdbc:sqlite:%s?journal_mode=WAL&synchronous=FULL&busy_timeout=10000&foreign_keys=true&transaction_mode=%s"
            .formatted(file, transactions));
    HikariConfig config = new HikariConfig();
    // Without the DriverManager, which would load every driver there is.
    config.setDataSource(source);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setPoolName("builds-" + transactions);
    config.setMaxLifetime(0);
    return new HikariDataSource(config);
  }

  @Override
  public Jdbi reader() {
    return reader;
  }

  @Override
  public <T> T write(Function<Handle, T> body) {
    return writer.write(body);
  }

  @Override
  public void whenUndone(Runnable told) {
    undone.add(told);
  }

  @Override
  public String jsonOf(String column) {
    return "json_quote(" + column + ")";
  }

  /** Nobody else writes to the file. */
  @Override
  public String state() {
    return Long.toString(commits.get());
  }

  /** There is only one writer. */
  @Override
  public void holdProject(Handle handle, String project) {}

  /** The same. */
  @Override
  public void holdStops(Handle handle, boolean stopping) {}

  @Override
  public Duration countsGoodFor() {
    return Duration.ofDays(365);
  }

  @Override
  public long nextSequence() {
    return sequence.incrementAndGet();
  }

  @Override
  public Leases leases() {
    return Leases.alone();
  }

  @Override
  public News news() {
    return News.nobody();
  }

  @Override
  public Clock clock(Clock own) {
    return own;
  }

  @Override
  public boolean isHeld(Handle handle, Lease lease) {
    return true;
  }

  @Override
  public void close() {
    writer.close();
    reading.close();
    writing.close();
    unlock(lock);
  }
}

package org.newci.controller.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;
import org.newci.controller.build.LedgerTrouble;
import org.newci.controller.build.News;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database in PostgreSQL, which several controllers may share. Every write is a transaction of
 * its own; PostgreSQL itself puts those that commit together into one write to the disk.
 */
public final class PostgresDatabase implements Database {

  private static final int READERS = 6;
  private static final int WRITERS = 8;

  /** The lock of stops: any number that is no hash of a project's name in practice. */
  private static final long STOPS = 42;

  private static final int TRIES = 5;
  private static final int MOST_WAITING = 100_000;

  /** Until a connection stands, and until one of the pool is free. */
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Who has not had a turn among the writers by then is refused. */
  private static final Duration TURN = Duration.ofSeconds(10);

  /** A silent server is given up after that; longer than any statement may take. */
  private static final Duration SILENCE = Duration.ofSeconds(20);

  /**
   * In milliseconds: the longest statement, the longest wait for somebody else's lock, and how long
   * a controller that was stopped in the middle of a transaction keeps others waiting.
   */
  private static final String DEADLINES =
      "-c statement_timeout=15000 -c lock_timeout=5000"
          + " -c idle_in_transaction_session_timeout=3000";

  /**
   * Codes of postgresql.org/docs/15/errcodes-appendix.html after which the same may succeed: not
   * serializable, a deadlock, a key that somebody else has just added.
   */
  private static final Set<String> AGAIN = Set.of("40001", "40P01", "23505");

  private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

  private final HikariDataSource writing;
  private final HikariDataSource reading;
  private final Jdbi reader;
  private final Jdbi writer;
  private final List<Runnable> undone = new CopyOnWriteArrayList<>();
  private final Duration lease;
  private final PostgresLeases leases;
  private final PostgresNews news;

  /** An interrupt would cut a virtual thread's connection, perhaps in the middle of a commit. */
  private final ExecutorService writers =
      new ThreadPoolExecutor(
          WRITERS,
          WRITERS,
          0,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("ledger-writer-", 0).daemon().factory());

  private final ScheduledExecutorService comparisons =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("database-clock").daemon().factory());

  private PostgresDatabase(
      HikariDataSource writing,
      HikariDataSource reading,
      PGSimpleDataSource listening,
      Duration lease) {
    this.writing = writing;
    this.reading = reading;
    this.reader = Jdbi.create(reading);
    this.writer = Jdbi.create(writing);
    this.lease = lease;
    // No two runs of a controller are the same owner: what one leaves behind expires.
    String owner = UUID.randomUUID().toString();
    this.leases = new PostgresLeases(this, owner, lease);
    this.news = new PostgresNews(this, listening, owner);
  }

  /**
   * Connects, and brings the tables up to date.
   *
   * @param lease how long a controller that is gone keeps what it began to itself
   * @throws DatabaseRefused if nothing answers there, or a newer controller was there
   */
  public static PostgresDatabase open(PostgresAddress address, Duration lease) {
    HikariDataSource writing = pool(address, "writing", WRITERS);
    try {
      Schema.bringUpToDate(writing, "db/postgresql", "database " + address.shown());
      return new PostgresDatabase(
          writing, pool(address, "reading", READERS), source(address), lease);
    } catch (RuntimeException e) {
      writing.close();
      throw e;
    }
  }

  private static HikariDataSource pool(PostgresAddress address, String name, int size) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source(address));
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setPoolName("builds-" + name);
    config.setConnectionTimeout(CONNECT.toMillis());
    try {
      return new HikariDataSource(config);
    } catch (HikariPool.PoolInitializationException e) {
      throw new DatabaseRefused(
          "The database %s cannot be used: %s".formatted(address.shown(), cause(e)), e);
    }
  }

  static PGSimpleDataSource source(PostgresAddress address) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setApplicationName("newci-controller");
    source.setConnectTimeout((int) CONNECT.toSeconds());
    source.setSocketTimeout((int) SILENCE.toSeconds());
    source.setTcpKeepAlive(true);
    source.setOptions(DEADLINES);
    // What the URL says overrides what stands above.
    source.setUrl(address.url());
    if (address.user() != null) {
      source.setUser(address.user());
    }
    if (address.password() != null) {
      source.setPassword(address.password());
    }
    return source;
  }

  private static @Nullable String cause(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null && !(last instanceof SQLException)) {
      last = last.getCause();
    }
    return last.getMessage();
  }

  @Override
  public Jdbi reader() {
    return reader;
  }

  Jdbi writer() {
    return writer;
  }

  @Override
  public <T> T write(Function<Handle, T> body) {
    long asked = System.nanoTime();
    try {
      return CompletableFuture.supplyAsync(() -> inTime(asked, body), writers).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Whoever waits behind others that hang is told so, and nothing of his is begun. */
  private <T> T inTime(long asked, Function<Handle, T> body) {
    if (System.nanoTime() - asked > TURN.toNanos()) {
      throw new LedgerTrouble.Overdue(
          "The database had no turn for this within %d s.".formatted(TURN.toSeconds()));
    }
    return transaction(body);
  }

  private <T> T transaction(Function<Handle, T> body) {
    for (int tries = 1; ; tries++) {
      try {
        return writer.inTransaction(body::apply);
      } catch (RuntimeException e) {
        undone.forEach(Runnable::run);
        if (tries == TRIES || !mayBeTriedAgain(e)) {
          throw e;
        }
        LOG.debug("a transaction lost against another one and is tried again", e);
      }
    }
  }

  private static boolean mayBeTriedAgain(Throwable failure) {
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 20; t = t.getCause()) {
      if (t instanceof SQLException sql && sql.getSQLState() != null) {
        return AGAIN.contains(sql.getSQLState());
      }
      depth++;
    }
    return false;
  }

  @Override
  public void whenUndone(Runnable told) {
    undone.add(told);
  }

  @Override
  public String jsonOf(String column) {
    return "CAST(to_json(" + column + ") AS text)";
  }

  /** Any transaction that writes changes it, when it begins to and when it ends. */
  @Override
  public String state() {
    return reader.withHandle(
        handle ->
            handle
                .createQuery("SELECT CAST(pg_current_snapshot() AS text)")
                .mapTo(String.class)
                .one());
  }

  @Override
  public void holdProject(Handle handle, String project) {
    Direct.number(handle, "SELECT 1 FROM pg_advisory_xact_lock(hashtextextended(?, 0))", project);
  }

  @Override
  public void holdStops(Handle handle, boolean stopping) {
    handle
        .createQuery(
            "SELECT 1 FROM pg_advisory_xact_lock%s(:stops)".formatted(stopping ? "" : "_shared"))
        .bind("stops", STOPS)
        .mapTo(Integer.class)
        .list();
  }

  @Override
  public Duration countsGoodFor() {
    return Duration.ofMillis(200);
  }

  @Override
  public long nextSequence() {
    return reader.withHandle(
        handle ->
            handle.createQuery("SELECT nextval('deployment_sequence')").mapTo(Long.class).one());
  }

  @Override
  public Leases leases() {
    return leases;
  }

  @Override
  public News news() {
    return news;
  }

  @Override
  public Clock clock(Clock own) {
    DatabaseClock clock = new DatabaseClock(own);
    clock.compare(reader);
    long every = lease.toMillis() / 3;
    var _ =
        comparisons.scheduleWithFixedDelay(
            () -> {
              try {
                clock.compare(reader);
              } catch (RuntimeException e) {
                LOG.debug("the database does not say what time it is", e);
              }
            },
            every,
            every,
            TimeUnit.MILLISECONDS);
    return clock;
  }

  @Override
  public boolean isHeld(Handle handle, Lease held) {
    return handle
        .createQuery("SELECT 1 FROM wanted WHERE build = ? AND effect = ? AND fence = ?")
        .bind(0, held.rank())
        .bind(1, held.effect().name())
        .bind(2, held.fence())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  @Override
  public void close() {
    comparisons.shutdown();
    news.close();
    writers.close();
    reading.close();
    writing.close();
  }
}

package org.newci.store.index;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code index.db}: a few connections that read, and one thread that writes. It puts what
 * waits at the moment into one transaction, so that many writers share one write to the disk; each
 * writer's work is a savepoint of its own and returns after the commit.
 */
public final class IndexFile implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
  private static final int READERS = 4;
  private static final int MOST_TOGETHER = 256;
  private static final int MOST_WAITING = 10_000;

  /** Something done in a transaction. */
  public interface Work<T> {
    T in(Connection connection) throws SQLException, IOException;
  }

  private record Waiting<T>(Work<T> work, CompletableFuture<T> done) {

    /** The answer to give after the commit. */
    Runnable run(Connection connection) throws SQLException {
      run(connection, "SAVEPOINT work");
      try {
        T result = work.in(connection);
        run(connection, "RELEASE work");
        return () -> done.complete(result);
      } catch (IOException | RuntimeException e) {
        run(connection, "ROLLBACK TO work");
        run(connection, "RELEASE work");
        return () -> done.completeExceptionally(e);
      }
    }

    private static void run(Connection connection, String sql) throws SQLException {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.execute();
      }
    }
  }

  private final Connection writer;
  private final BlockingQueue<Connection> readers = new ArrayBlockingQueue<>(READERS);
  private final BlockingQueue<Waiting<?>> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread thread;
  private volatile boolean closed;

  private IndexFile(Connection writer) {
    this.writer = writer;
    this.thread = Thread.ofPlatform().name("index-writer").unstarted(this::loop);
  }

  /** Opens that file, and makes it when it is missing. */
  public static IndexFile open(Path file) throws IOException {
    try {
      IndexFile index = new IndexFile(connect(file));
      Schema.ensure(index.writer);
      index.writer.setAutoCommit(false);
      for (int i = 0; i < READERS; i++) {
        index.readers.add(connect(file));
      }
      index.thread.start();
      return index;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static Connection connect(Path file) throws SQLException {
    // Pragmas of sqlite.org/pragma.html: FULL makes a commit durable in WAL mode too.
    return KeptStatements.over(
        DriverManager.getConnection(
            "jdbc:sqlite:%s?journal_mode=WAL&synchronous=FULL&busy_timeout=10000&foreign_keys=true"
                .formatted(file)));
  }

  /** Does that in a transaction; returns when it is on the disk. */
  public <T> T write(Work<T> work) throws IOException {
    CompletableFuture<T> done = new CompletableFuture<>();
    if (closed || !waiting.offer(new Waiting<>(work, done))) {
      throw new IOException(closed ? "the store is closed" : "more writes wait than are taken");
    }
    try {
      return done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while writing to the index", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case IOException cause -> throw cause;
        case SQLException cause -> throw failure(cause);
        case null, default -> throw new IOException(String.valueOf(e.getMessage()), e.getCause());
      }
    }
  }

  /** Reads something. */
  public <T> T read(Work<T> work) throws IOException {
    Connection connection = null;
    try {
      connection = readers.take();
      return work.in(connection);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading the index", e);
    } catch (SQLException e) {
      throw failure(e);
    } finally {
      if (connection != null) {
        readers.add(connection);
      }
    }
  }

  private static IOException failure(SQLException e) {
    return new IOException("the index of the store failed: " + e.getMessage(), e);
  }

  private void loop() {
    List<Waiting<?>> group = new ArrayList<>();
    while (!closed || !waiting.isEmpty()) {
      try {
        group.add(waiting.take());
        waiting.drainTo(group, MOST_TOGETHER - 1);
        commit(group);
      } catch (InterruptedException e) {
        LOG.debug("nobody but the end of the process interrupts the index's writer", e);
      } finally {
        group.clear();
      }
    }
  }

  private void commit(List<Waiting<?>> group) {
    List<Runnable> answers = new ArrayList<>();
    try {
      for (Waiting<?> one : group) {
        answers.add(one.run(writer));
      }
      writer.commit();
    } catch (SQLException | RuntimeException e) {
      undo();
      group.forEach(one -> one.done().completeExceptionally(e));
      return;
    }
    answers.forEach(Runnable::run);
  }

  private void undo() {
    try {
      writer.rollback();
    } catch (SQLException e) {
      // A full disk has undone it already (sqlite.org/lang_transaction.html). The driver begins the
      // next transaction only after a rollback that succeeds.
      LOG.debug("nothing to undo", e);
      begin();
    }
  }

  private void begin() {
    try (Statement statement = writer.createStatement()) {
      statement.execute("BEGIN");
    } catch (SQLException e) {
      LOG.error("the index has no transaction to write in", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    // Wakes the thread; what waits before it is still written.
    boolean _ = waiting.offer(new Waiting<>(connection -> "", new CompletableFuture<>()));
    try {
      thread.join(10_000);
      writer.close();
      for (@Nullable Connection one = readers.poll(); one != null; one = readers.poll()) {
        one.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      LOG.warn("the index did not close well", e);
    }
  }
}

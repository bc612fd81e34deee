package org.newci.controller.ledger;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.News;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * News by {@code NOTIFY} and {@code LISTEN}, after the commits that they tell of and not in them:
 * PostgreSQL lets only one transaction at a time commit that notifies.
 */
final class PostgresNews implements News, AutoCloseable {

  private static final String CHANNEL = "newci";
  private static final String MOVED = "m";
  private static final String HINTED = "h";

  /** Words that wait to be told; what comes beyond is not told. */
  private static final int MOST_WAITING = 10_000;

  private static final String PUSHED = "p";

  /** Characters of one word, and of one notification, which may have 8000 bytes. */
  private static final int LONGEST = 4_000;

  private static final int LISTEN_MS = 2_000;
  private static final long AGAIN_MS = 1_000;
  private static final Logger LOG = LoggerFactory.getLogger(PostgresNews.class);

  private final PostgresDatabase database;
  private final PGSimpleDataSource source;
  private final String owner;
  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread teller;
  private volatile @Nullable Thread listener;
  private volatile boolean closed;

  PostgresNews(PostgresDatabase database, PGSimpleDataSource source, String owner) {
    this.database = database;
    this.source = source;
    this.owner = owner;
    this.teller = Thread.ofPlatform().daemon().name("news-teller").start(this::tell);
  }

  @Override
  public void moved(BuildId build) {
    boolean _ = waiting.offer(MOVED + build.text());
  }

  @Override
  public void hinted(long project) {
    boolean _ = waiting.offer(HINTED + project);
  }

  @Override
  public void pushed(String url) {
    String word = PUSHED + URLEncoder.encode(url, StandardCharsets.UTF_8);
    boolean _ = word.length() < LONGEST && waiting.offer(word);
  }

  @Override
  public void listen(Heard heard) {
    listener = Thread.ofPlatform().daemon().name("news-listener").start(() -> listenOn(heard));
  }

  private void tell() {
    Set<String> words = new LinkedHashSet<>();
    while (!closed) {
      try {
        String first = waiting.take();
        words.add(first);
        int length = first.length();
        while (waiting.peek() != null && length < LONGEST - first.length()) {
          String word = waiting.take();
          length += words.add(word) ? word.length() + 1 : 0;
        }
        String payload = owner + " " + String.join(" ", words);
        database.writer().useHandle(h -> h.execute("SELECT pg_notify(?, ?)", CHANNEL, payload));
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.warn("the other controllers were not told something: {}", e.getMessage());
        }
      } finally {
        words.clear();
      }
    }
  }

  private void listenOn(Heard heard) {
    while (!closed) {
      try (Connection connection = source.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("LISTEN " + CHANNEL);
        heard.missed();
        PGConnection notified = connection.unwrap(PGConnection.class);
        while (!closed) {
          for (PGNotification one : notified.getNotifications(LISTEN_MS)) {
            hear(heard, one.getParameter());
          }
          // Also tells a dead connection from a silent one.
          statement.execute("SELECT 1");
        }
      } catch (SQLException | RuntimeException e) {
        if (!closed) {
          LOG.warn("news from other controllers do not come: {}", e.getMessage());
        }
        pause();
      }
    }
  }

  private void hear(Heard heard, String payload) {
    String[] words = payload.split(" ", -1);
    if (words[0].equals(owner)) {
      return;
    }
    for (int i = 1; i < words.length; i++) {
      String word = words[i].substring(1);
      if (words[i].startsWith(MOVED)) {
        heard.moved(new BuildId(word));
      } else if (words[i].startsWith(HINTED)) {
        heard.hinted(Long.parseLong(word));
      } else if (words[i].startsWith(PUSHED)) {
        heard.pushed(URLDecoder.decode(word, StandardCharsets.UTF_8));
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(AGAIN_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    teller.interrupt();
    Thread thread = listener;
    if (thread != null) {
      thread.interrupt();
    }
  }
}

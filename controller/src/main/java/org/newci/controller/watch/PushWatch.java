package org.newci.controller.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.newci.controller.build.Leases;
import org.newci.controller.build.News;
import org.newci.controller.registry.ProjectClaims;
import org.newci.controller.registry.ProjectRule;
import org.newci.controller.registry.Registry;
import org.newci.controller.registry.RepoUrl;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the refs of watched repositories, each in its own rhythm and at once after a hint. The
 * repositories are those that the registry names whole, and all that were built or announced once
 * and that a watched pattern matches.
 */
public final class PushWatch implements AutoCloseable {

  /** Repositories that are watched at a time. */
  static final int MOST = 1_000;

  private static final int AT_A_TIME = 8;
  private static final long BEAT_MS = 500;
  private static final Duration LIST_EVERY = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(PushWatch.class);

  private final Supplier<Registry> registry;
  private final ProjectClaims claims;
  private final Look look;
  private final Clock clock;
  private final Leases leases;
  private final News news;
  private final Random random = new Random();
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final Map<String, String> announced = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(AT_A_TIME);
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread;
  private volatile boolean closed;
  private Instant listed = Instant.EPOCH;

  public PushWatch(
      Supplier<Registry> registry,
      ProjectClaims claims,
      Look look,
      Clock clock,
      Leases leases,
      News news) {
    this.leases = leases;
    this.news = news;
    this.registry = registry;
    this.claims = claims;
    this.look = look;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("push-watch").unstarted(this::loop);
  }

  /** Begins to look. */
  public PushWatch start() {
    thread.start();
    return this;
  }

  /**
   * Something was pushed to the repository that has these URLs; answers how many of its watches
   * look at once, be it at another controller.
   */
  public int hint(List<String> urls) {
    int known = hintHere(urls);
    if (!leases.leads(Leases.Duty.WATCH)) {
      urls.forEach(news::pushed);
    }
    return known;
  }

  /** The same, told by another controller. */
  public int hintHere(List<String> urls) {
    List<RepoUrl> repos = new ArrayList<>();
    for (String url : urls) {
      try {
        RepoUrl repo = RepoUrl.parse(url);
        if (registry.get().ruleOf(url).map(ProjectRule::watch).isPresent()) {
          repos.add(repo);
        }
      } catch (Problem e) {
        LOG.debug("a push names the repository in a way that is none: {}", e.getMessage());
      }
    }
    list();
    List<Watched> known =
        repos.stream()
            .flatMap(repo -> java.util.Optional.ofNullable(watched.get(repo.identity())).stream())
            .distinct()
            .toList();
    if (known.isEmpty() && !repos.isEmpty() && watched.size() < MOST) {
      RepoUrl first = repos.getFirst();
      announced.put(first.identity(), first.text());
      Watched fresh = new Watched(first.text(), clock.instant());
      watched.putIfAbsent(first.identity(), fresh);
      known = List.of(fresh);
    }
    known.forEach(one -> one.hint(clock.instant()));
    wakes.release();
    return known.size();
  }

  private void loop() {
    while (!closed) {
      try {
        if (wakes.tryAcquire(BEAT_MS, TimeUnit.MILLISECONDS)) {
          wakes.drainPermits();
        }
        Instant now = clock.instant();
        if (!listed.plus(LIST_EVERY).isAfter(now)) {
          list();
          listed = now;
        }
        // Of two who look, one may see less than what the other has written down already.
        boolean ours = leases.leads(Leases.Duty.WATCH);
        for (Watched one : ours ? watched.values() : List.<Watched>of()) {
          if (places.tryAcquire()) {
            if (one.begin(now)) {
              Thread.ofVirtual().name("look " + one.url()).start(() -> look(one));
            } else {
              places.release();
            }
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        if (!closed) {
          LOG.error("the watched repositories could not be looked at", e);
        }
      }
    }
  }

  /** Which repositories are watched now. */
  private synchronized void list() {
    Registry now = registry.get();
    Map<String, String> urls = new LinkedHashMap<>();
    now.watchedByName().forEach(url -> urls.put(RepoUrl.parse(url).identity(), url));
    if (now.watchesAny()) {
      announced.forEach(urls::putIfAbsent);
      claims.known(MOST).forEach(known -> urls.putIfAbsent(known.identity(), known.url()));
    }
    urls.values().removeIf(url -> now.ruleOf(url).map(ProjectRule::watch).isEmpty());
    watched.keySet().retainAll(urls.keySet());
    urls.forEach(
        (identity, url) -> {
          if (watched.size() < MOST) {
            watched.putIfAbsent(identity, new Watched(url, clock.instant()));
          }
        });
  }

  private void look(Watched one) {
    Look.Result result = new Look.Result(false, Duration.ofMinutes(1));
    try {
      result = look.at(one.url());
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.error("looking at {} failed unexpectedly", one.url(), e);
      }
    } finally {
      one.looked(result.well(), result.pause(), clock.instant(), random);
      places.release();
      wakes.release();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package org.newci.acceptance.system;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads what is served all the while, as users do, and remembers each whole version in the order in
 * which it was seen. A server that is away is no fault; other bytes, or none where some were, are.
 */
public final class SiteWatch implements AutoCloseable {

  private static final long EVERY_MS = 50;

  private final RunningSystem system;
  private final Map<Product, List<Integer>> seen = new LinkedHashMap<>();
  private final List<Product> watched = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();

  private SiteWatch(RunningSystem system) {
    this.system = system;
  }

  /** Begins to watch. */
  public static SiteWatch of(RunningSystem system) {
    SiteWatch watch = new SiteWatch(system);
    var _ =
        watch.reader.scheduleWithFixedDelay(watch::look, EVERY_MS, EVERY_MS, TimeUnit.MILLISECONDS);
    return watch;
  }

  /** From now on that product too. */
  public void add(Product product) {
    if (!watched.contains(product)) {
      watched.add(product);
    }
  }

  /** Nothing becomes of that product for now. */
  public void leave(Product product) {
    watched.remove(product);
  }

  private void look() {
    watched.forEach(this::look);
  }

  private synchronized void look(Product product) {
    try {
      Web.Answer answer = system.published(product.published());
      List<Integer> known = seen.computeIfAbsent(product, one -> new ArrayList<>());
      int version = answer.status() == 200 ? product.version(answer.body()) : 0;
      if (version == 0 && !(answer.status() == 404 && known.isEmpty())) {
        faults.add(
            "%s was answered with %d and %d bytes that are no version, after %s"
                .formatted(product.published(), answer.status(), answer.body().length, known));
      } else if (version > 0 && (known.isEmpty() || known.getLast() != version)) {
        known.add(version);
      }
    } catch (UncheckedIOException away) {
      // It is being killed, or is not back yet; an answer that breaks off is told from a whole one.
    }
  }

  /** The versions of that product that were served, each as often as it came anew. */
  public synchronized List<Integer> seen(Product product) {
    look(product);
    return List.copyOf(seen.getOrDefault(product, List.of()));
  }

  /** What should never have been seen. */
  public List<String> faults() {
    return List.copyOf(faults);
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}

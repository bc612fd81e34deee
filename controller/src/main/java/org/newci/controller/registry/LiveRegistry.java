package org.newci.controller.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry in force: read again when its file changes. A file that cannot be used, or is gone,
 * leaves the one before in force, and {@link #problem} says so.
 */
public final class LiveRegistry implements Supplier<Registry>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LiveRegistry.class);
  private static final String NONE = "";

  private final Path file;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("registry").daemon().factory());
  private volatile Registry current;
  private volatile @Nullable String problem;
  private volatile String seen;

  private LiveRegistry(Path file, Registry current, String seen) {
    this.file = file;
    this.current = current;
    this.seen = seen;
  }

  /**
   * Reads the file. Without one everything is allowed to everybody until there is one, unless it
   * was named.
   *
   * @param named true when a setting names the file: then it must be there
   * @param loopback true lets this machine's loopback in while there is no file
   */
  public static LiveRegistry open(Path file, boolean named, boolean loopback) {
    String stamp = stamp(file);
    if (stamp.equals(NONE) && !named) {
      LOG.warn("there is no {}: everybody with a token may build every public repository", file);
      return new LiveRegistry(file, Registry.open(loopback), stamp);
    }
    try {
      LiveRegistry live = new LiveRegistry(file, RegistryFile.read(file), stamp);
      LOG.info("the registry {} is in force: {} patterns", file, live.current.size());
      return live;
    } catch (RegistryRefused e) {
      throw new IllegalArgumentException("registry: " + e.getMessage(), e);
    }
  }

  /** Looks at the file every so many milliseconds. */
  public LiveRegistry start(long everyMs) {
    var _ = timer.scheduleWithFixedDelay(this::look, everyMs, everyMs, TimeUnit.MILLISECONDS);
    return this;
  }

  /** Reads the file if it changed. */
  void look() {
    String stamp = stamp(file);
    if (stamp.equals(seen)) {
      return;
    }
    seen = stamp;
    try {
      Registry fresh = RegistryFile.read(file);
      current = fresh;
      problem = null;
      LOG.info("the registry {} has changed and is in force: {} patterns", file, fresh.size());
    } catch (RegistryRefused e) {
      problem =
          "The registry has changed and cannot be used; the one before stays in force. "
              + e.getMessage();
      LOG.error("{}", problem);
    } catch (RuntimeException e) {
      problem = "The registry has changed and reading it failed; the one before stays in force.";
      LOG.error("{}", problem, e);
    }
  }

  /** Changes whenever the file is written or replaced. */
  private static String stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return "%s %s %d".formatted(now.fileKey(), now.lastModifiedTime(), now.size());
    } catch (IOException e) {
      return NONE;
    }
  }

  @Override
  public Registry get() {
    return current;
  }

  /** Why the file as it is now is not in force. */
  public @Nullable String problem() {
    return problem;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}

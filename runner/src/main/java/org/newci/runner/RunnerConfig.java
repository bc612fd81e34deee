package org.newci.runner;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.runner.gitlab.Secret;
import org.newci.runner.sandbox.Network;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;

/**
 * The runner's settings.
 *
 * @param concurrent how many jobs at once
 * @param sandboxed false only when {@code NEWCI_SANDBOX=none} says so
 * @param memoryLimit bytes of all processes of a job
 * @param diskLimit bytes of all files of a job together, and of its artifacts
 * @param network what jobs may reach at most
 * @param cacheLimit bytes of all caches of all projects together
 * @param stopLimit how long jobs may go on when the runner is told to stop
 */
public record RunnerConfig(
    ComponentHome home,
    URI gitlab,
    int concurrent,
    Path work,
    boolean sandboxed,
    long logLimit,
    boolean ignoreImage,
    long memoryLimit,
    long diskLimit,
    Network network,
    long cacheLimit,
    Duration stopLimit,
    @Nullable String tags) {

  private static final long MIB = 1L << 20;

  /** Reads them; one exception names every mistake. */
  public static RunnerConfig from(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    String sandbox = settings.text("NEWCI_SANDBOX", "bubblewrap");
    RunnerConfig config =
        new RunnerConfig(
            home,
            settings.url("NEWCI_GITLAB_URL"),
            (int) settings.number("NEWCI_CONCURRENT", 2),
            Path.of(settings.text("NEWCI_WORK", home.dir().resolve("data/builds").toString())),
            !sandbox.equals("none"),
            settings.number("NEWCI_LOG_LIMIT", 4 * MIB),
            settings.flag("NEWCI_IGNORE_IMAGE", false),
            settings.number("NEWCI_MEMORY_LIMIT", 4096 * MIB),
            settings.number("NEWCI_DISK_LIMIT", 10240 * MIB),
            network(settings.text("NEWCI_NETWORK", "public")),
            settings.number("NEWCI_CACHE_LIMIT", 5120 * MIB),
            settings.duration("NEWCI_STOP_LIMIT", Duration.ZERO),
            settings.textIfSet("NEWCI_TAGS"));
    settings.check();
    require(sandbox.matches("bubblewrap|none"), "NEWCI_SANDBOX", sandbox, "bubblewrap or none");
    require(
        config.concurrent >= 1 && config.concurrent <= 256,
        "NEWCI_CONCURRENT",
        config.concurrent,
        "1 to 256");
    require(
        config.logLimit >= 1024 && config.logLimit <= 256 * MIB,
        "NEWCI_LOG_LIMIT",
        config.logLimit,
        "1024 to 268435456 bytes");
    require(
        config.memoryLimit >= 64 * MIB,
        "NEWCI_MEMORY_LIMIT",
        config.memoryLimit,
        "at least 67108864 bytes");
    require(
        config.diskLimit >= MIB, "NEWCI_DISK_LIMIT", config.diskLimit, "at least 1048576 bytes");
    require(
        config.cacheLimit >= MIB, "NEWCI_CACHE_LIMIT", config.cacheLimit, "at least 1048576 bytes");
    require(
        config.sandboxed || config.network instanceof Network.Public,
        "NEWCI_NETWORK",
        settings.text("NEWCI_NETWORK", ""),
        "public with NEWCI_SANDBOX=none, which limits nothing");
    return config;
  }

  private static Network network(String text) {
    try {
      return Network.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Settings: NEWCI_NETWORK: " + e.getMessage() + ".", e);
    }
  }

  private static void require(boolean good, String name, Object value, String expected) {
    if (!good) {
      throw new IllegalArgumentException(
          "Settings: %s is '%s' (expected %s).".formatted(name, value, expected));
    }
  }

  /** The token by which GitLab knows this runner. */
  Secret token() {
    Path file = home.secrets().resolve("runner.token");
    try {
      String token = Files.readString(file).strip();
      if (!token.matches("[\\x21-\\x7e]{8,512}")) {
        throw new IllegalArgumentException(
            "Runner token %s: not a token (expected one word such as glrt-…).".formatted(file));
      }
      return new Secret(token);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Runner token %s: not readable (expected the token that GitLab showed when the runner was"
                  .formatted(file)
              + " created).",
          e);
    }
  }
}

package org.newci.controller;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Limits;
import org.newci.controller.ledger.PostgresAddress;
import org.newci.controller.upkeep.RetentionRules;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;
import org.newci.shell.edge.EdgeConfig;

/**
 * The settings of a controller.
 *
 * @param publicUrl base URL by which GitLab's webhook reaches us; our own when null
 * @param loopback true lets sources on this machine's loopback in, where the registry does too
 * @param hot how long after its end a build is archived
 * @param registry the file of projects; {@code projects.yaml} in the home when null, which then
 *     need not be there
 * @param database the one that several controllers share; a file in the home when null
 * @param sharing how this one stands to them
 * @param retention what the store is to remove by itself
 */
public record ControllerConfig(
    ComponentHome home,
    EdgeConfig edge,
    Links links,
    @Nullable URI publicUrl,
    boolean loopback,
    @Nullable Path registry,
    Limits limits,
    @Nullable PostgresAddress database,
    Sharing sharing,
    RetentionRules retention,
    Duration hot) {

  /**
   * How a controller stands to others on the same database.
   *
   * @param lease how long one that is gone keeps what it began to itself
   * @param drain how long one that is told to end still serves, but says that it is not healthy
   */
  public record Sharing(Duration lease, Duration drain) {

    /** What holds when nothing else is set. */
    public static Sharing standard() {
      return new Sharing(Duration.ofSeconds(30), Duration.ZERO);
    }
  }

  /** More builds than that are neither in the queue nor under way, whatever is set. */
  private static final int MOST_BUILDS = 100_000;

  /** How long after its end a build is archived. */
  public static final Duration ARCHIVE_AFTER = Duration.ofDays(14);

  /**
   * Where the other components are.
   *
   * @param uploads the store's {@code PUT /uploads} as jobs reach it
   */
  public record Links(URI vcs, URI blobs, URI deploy, URI uploads) {

    /** Jobs reach the store as we do. */
    public Links(URI vcs, URI blobs, URI deploy) {
      this(vcs, blobs, deploy, URI.create(blobs.toString().replaceAll("/+$", "") + "/uploads"));
    }
  }

  /** Reads the environment; throws one sentence that names every mistake. */
  public static ControllerConfig from(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    Links links =
        new Links(
            settings.url("NEWCI_VCS_URL"),
            settings.url("NEWCI_BLOBS_URL"),
            settings.url("NEWCI_DEPLOY_URL"));
    if (settings.textIfSet("NEWCI_JOB_UPLOAD_URL") != null) {
      links =
          new Links(
              links.vcs(), links.blobs(), links.deploy(), settings.url("NEWCI_JOB_UPLOAD_URL"));
    }
    boolean ownUrl = settings.textIfSet("NEWCI_PUBLIC_URL") != null;
    URI publicUrl = ownUrl ? settings.url("NEWCI_PUBLIC_URL") : null;
    boolean loopback = settings.flag("NEWCI_ALLOW_LOOPBACK", false);
    String named = settings.textIfSet("NEWCI_REGISTRY");
    Path registry = named == null ? null : Path.of(named);
    Limits standard = Limits.standard();
    Limits limits =
        standard
            .withTimes(
                settings.duration("NEWCI_PENDING_LIMIT", standard.pending()),
                settings.duration("NEWCI_BUILD_LIMIT", standard.build()),
                settings.duration("NEWCI_MAX_BUILD_TIME", standard.whole()))
            .withNumbers(
                count(settings, "NEWCI_CONCURRENT", standard.concurrent()),
                count(settings, "NEWCI_CONCURRENT_EACH", standard.perSubmitter()),
                count(settings, "NEWCI_QUEUE_LIMIT", standard.queued()));
    PostgresAddress database = database(settings, home);
    Sharing alone = Sharing.standard();
    Sharing sharing =
        new Sharing(
            settings.duration("NEWCI_LEASE", alone.lease()),
            settings.duration("NEWCI_DRAIN", alone.drain()));
    RetentionRules retention = RetentionRules.from(settings);
    Duration hot = settings.duration("NEWCI_ARCHIVE_AFTER", ARCHIVE_AFTER);
    settings.check();
    return new ControllerConfig(
        home,
        EdgeConfig.from(settings, home),
        links,
        publicUrl,
        loopback,
        registry,
        limits,
        database,
        sharing,
        retention,
        hot);
  }

  private static @Nullable PostgresAddress database(Settings settings, ComponentHome home) {
    String url = settings.textIfSet("NEWCI_DATABASE_URL");
    if (url == null) {
      return null;
    }
    Path file = home.secrets().resolve("database.password");
    try {
      String password = Files.exists(file) ? Files.readString(file).strip() : null;
      return new PostgresAddress(url, settings.textIfSet("NEWCI_DATABASE_USER"), password);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the password of the database in " + file, e);
    }
  }

  private static int count(Settings settings, String name, int fallback) {
    return Math.clamp(settings.number(name, fallback), 1, MOST_BUILDS);
  }
}

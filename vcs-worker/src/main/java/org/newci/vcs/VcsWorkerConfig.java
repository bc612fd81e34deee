package org.newci.vcs;

import java.net.URI;
import java.nio.file.Files;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.shell.config.ComponentHome;
import org.newci.shell.config.Settings;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.peer.TrustedCa;
import org.newci.vcs.source.AllowedAddresses;
import org.newci.vcs.source.FetchLimits;
import org.newci.vcs.source.SourceCache;

/**
 * The worker's settings.
 *
 * @param allowed where sources may lie
 */
record VcsWorkerConfig(
    EdgeConfig edge, ComponentHome home, Peers peers, AllowedAddresses allowed, Limits limits) {

  /**
   * How much is taken and kept.
   *
   * @param fetch of a source
   * @param cacheBytes of all sources, between builds
   * @param artifactBytes of one job's zip, packed and unpacked
   */
  record Limits(FetchLimits fetch, long cacheBytes, long artifactBytes) {}

  private static final long USUAL_ARTIFACTS = 2L * 1024 * 1024 * 1024;

  /**
   * Whom it talks to.
   *
   * @param ca authority of our own parts; null where the JDK's have to do
   */
  record Peers(URI gitlab, URI blobs, @Nullable TrustedCa ca) {}

  static VcsWorkerConfig from(Map<String, String> env) {
    Settings settings = new Settings(env);
    ComponentHome home = ComponentHome.from(settings);
    URI gitlab = settings.url("NEWCI_GITLAB_URL");
    URI blobs = settings.url("NEWCI_BLOBS_URL");
    boolean loopback = settings.flag("NEWCI_ALLOW_LOOPBACK", false);
    long cacheBytes = settings.number("NEWCI_CACHE_LIMIT", SourceCache.DEFAULT_BYTES);
    long sourceBytes = settings.number("NEWCI_SOURCE_LIMIT", FetchLimits.DEFAULT_BYTES);
    long artifactBytes = settings.number("NEWCI_ARTIFACTS_LIMIT", USUAL_ARTIFACTS);
    settings.check();
    if (cacheBytes < 0 || sourceBytes < 1 || artifactBytes < 1) {
      throw new IllegalArgumentException(
          "Settings: NEWCI_CACHE_LIMIT, NEWCI_SOURCE_LIMIT and NEWCI_ARTIFACTS_LIMIT are %d, %d and %d"
                  .formatted(cacheBytes, sourceBytes, artifactBytes)
              + " (expected bytes).");
    }
    return new VcsWorkerConfig(
        EdgeConfig.from(settings, home),
        home,
        new Peers(gitlab, blobs, Files.exists(home.ca()) ? TrustedCa.of(home.ca()) : null),
        AllowedAddresses.of(loopback),
        new Limits(FetchLimits.DEFAULT.withBytes(sourceBytes), cacheBytes, artifactBytes));
  }
}

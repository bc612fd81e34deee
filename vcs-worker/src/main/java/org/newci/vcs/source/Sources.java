package org.newci.vcs.source;

import java.io.IOException;
import java.net.Proxy;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;
import org.newci.vcs.transport.ByteBudget;
import org.newci.vcs.transport.HttpConnections;
import org.newci.vcs.transport.PinnedGit;
import org.newci.vcs.transport.PinnedSsh;

/**
 * Opens JGit transports to sources, each held to the allowed addresses and the limits: a name is
 * resolved once for each, and a credential is shown to the servers that it is for.
 */
public final class Sources {

  private final AllowedAddresses allowed;
  private final FetchLimits limits;
  private final Path sshFolder;
  private final OkHttpClient http;

  /**
   * Sources that keep to these rules.
   *
   * @param sshFolder holds {@code id_*} and {@code known_hosts} for sources without a credential;
   *     may be absent
   * @param base trust of https sources
   */
  public Sources(AllowedAddresses allowed, FetchLimits limits, Path sshFolder, OkHttpClient base) {
    this.allowed = allowed;
    this.limits = limits;
    this.sshFolder = sshFolder;
    this.http =
        base.newBuilder()
            .connectTimeout(limits.connect())
            .readTimeout(limits.read())
            .writeTimeout(limits.read())
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .build();
  }

  /** The same with smaller limits. */
  Sources within(Duration whole, long bytes) {
    FetchLimits smaller = new FetchLimits(limits.connect(), limits.read(), whole, bytes);
    return new Sources(allowed, smaller, sshFolder, http);
  }

  FetchLimits limits() {
    return limits;
  }

  /** A transport, closed together with what belongs to it. */
  record Opened(Transport transport, HttpConnections connections) implements AutoCloseable {
    @Override
    public void close() {
      transport.close();
      connections.close();
    }
  }

  /**
   * A transport between the cache and that source.
   *
   * @param cache null for a mere listing
   * @throws IOException when the source's address is refused or unknown
   */
  Opened open(@Nullable Repository cache, Origin origin) throws IOException, URISyntaxException {
    SourceUrl url = origin.url();
    Credential credential = origin.credential();
    ByteBudget budget = new ByteBudget(limits.bytes());
    AllowedAddresses here = origin.loopback() ? allowed : AllowedAddresses.of(false);
    PinnedAddresses pinned = new PinnedAddresses(here, credential != null);
    var addresses = pinned.of(url.scheme(), url.host());
    HttpConnections connections =
        new HttpConnections(
            http.newBuilder().dns(pinned::pinned).build(),
            asked -> pinned.of(asked.getProtocol(), PinnedAddresses.bare(asked.getHost())),
            asked -> authorization(asked, credential, pinned),
            budget);
    URIish uri = new URIish(url.text());
    Transport transport;
    if (url.scheme().equals("git")) {
      var link = new PinnedGit.Link(addresses.getFirst(), limits.connect(), limits.read(), budget);
      transport = cache == null ? new PinnedGit(uri, link) : new PinnedGit(cache, uri, link);
    } else {
      transport = cache == null ? Transport.open(uri) : Transport.open(cache, uri);
    }
    transport.setTimeout((int) Math.max(1, limits.read().toSeconds()));
    if (transport instanceof TransportHttp overHttp) {
      overHttp.setHttpConnectionFactory(connections);
    }
    if (transport instanceof SshTransport overSsh) {
      overSsh.setSshSessionFactory(
          new PinnedSsh(
              credential == null ? sshFolder : credential.folder(),
              host -> pinned.of(url.scheme(), host),
              new PinnedSsh.Limits(limits.connect(), limits.read(), budget)));
    }
    return new Opened(transport, connections);
  }

  private static @Nullable String authorization(
      URL asked, @Nullable Credential credential, PinnedAddresses pinned) {
    return credential == null
        ? null
        : credential.authorization(asked, pinned.isLoopback(asked.getHost())).orElse(null);
  }
}

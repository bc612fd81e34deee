package org.newci.vcs.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Path;
import okhttp3.OkHttpClient;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.newci.vcs.transport.HttpConnections;
import org.newci.vcs.transport.PinnedSsh;

/** Opens JGit transports to sources, each held to the allowed addresses and the limits. */
public final class Sources {

  private final AllowedAddresses allowed;
  private final FetchLimits limits;
  private final Path sshFolder;
  private final OkHttpClient http;

  /**
   * Sources that keep to these rules.
   *
   * @param sshFolder holds {@code id_*} and {@code known_hosts}; may be absent
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
            .dns(this::lookup)
            .build();
  }

  private java.util.List<InetAddress> lookup(String host) throws UnknownHostException {
    try {
      return allowed.resolve("http", host);
    } catch (UnknownHostException e) {
      throw e;
    } catch (IOException e) {
      // Already passed the gate a moment ago: the name now leads elsewhere.
      UnknownHostException refused = new UnknownHostException(e.getMessage());
      refused.initCause(e);
      throw refused;
    }
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
   * @throws IOException when the source's address is refused or unknown
   */
  Opened open(Repository cache, SourceUrl url) throws IOException, URISyntaxException {
    allowed.resolve(url.scheme(), url.host());
    HttpConnections connections = new HttpConnections(http, this::gate);
    Transport transport = Transport.open(cache, new URIish(url.text()));
    transport.setTimeout((int) Math.max(1, limits.read().toSeconds()));
    if (transport instanceof TransportHttp overHttp) {
      overHttp.setHttpConnectionFactory(connections);
    }
    if (transport instanceof SshTransport overSsh) {
      overSsh.setSshSessionFactory(
          new PinnedSsh(
              sshFolder,
              host -> allowed.resolve(url.scheme(), host),
              limits.connect(),
              limits.read()));
    }
    return new Opened(transport, connections);
  }

  private void gate(URL url) throws IOException {
    String host = url.getHost();
    boolean six = host.startsWith("[");
    allowed.resolve(url.getProtocol(), six ? host.substring(1, host.length() - 1) : host);
  }
}

package org.newci.vcs.transport;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.BasePackFetchConnection;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.PackTransport;
import org.eclipse.jgit.transport.PushConnection;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TcpTransport;
import org.eclipse.jgit.transport.URIish;

/**
 * Fetches over {@code git://} (git: gitprotocol-pack, "Git Transport") from an address that was
 * checked before, while the server is still told the name that it was asked for.
 */
public final class PinnedGit extends TcpTransport implements PackTransport {

  private static final int PORT = 9418;

  private final Link link;

  /** How it connects. */
  public record Link(InetAddress address, Duration connect, Duration read, ByteBudget budget) {}

  /**
   * Between that repository and that URL.
   *
   * @param link to whom, and with what limits
   */
  public PinnedGit(Repository local, URIish url, Link link) {
    super(local, url);
    this.link = link;
  }

  /** For a mere listing, which needs no repository. */
  public PinnedGit(URIish url, Link link) {
    super(url);
    this.link = link;
  }

  @Override
  public FetchConnection openFetch() throws TransportException {
    return openFetch(List.of());
  }

  @Override
  public FetchConnection openFetch(Collection<RefSpec> specs, String... patterns)
      throws TransportException {
    Connection connection = new Connection();
    connection.begin(specs, patterns);
    return connection;
  }

  @Override
  public PushConnection openPush() throws NotSupportedException {
    throw new NotSupportedException("nothing is pushed over git://");
  }

  @Override
  public void close() {
    // Each connection has its own socket.
  }

  private final class Connection extends BasePackFetchConnection {

    private final Socket socket = new Socket();

    Connection() {
      super(PinnedGit.this);
    }

    void begin(Collection<RefSpec> specs, String... patterns) throws TransportException {
      try {
        int port = uri.getPort() < 0 ? PORT : uri.getPort();
        socket.connect(
            new InetSocketAddress(link.address(), port), (int) link.connect().toMillis());
        socket.setSoTimeout((int) link.read().toMillis());
        init(
            new BufferedInputStream(link.budget().over(socket.getInputStream())),
            new BufferedOutputStream(socket.getOutputStream()));
        String host = uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        pckOut.writeString(
            "git-upload-pack " + uri.getPath() + "\0host=" + host + "\0\0version=2\0");
        pckOut.flush();
        if (!readAdvertisedRefs()) {
          lsRefs(specs, patterns);
        }
      } catch (TransportException e) {
        close();
        throw e;
      } catch (IOException e) {
        close();
        throw new TransportException(uri, String.valueOf(e.getMessage()), e);
      }
    }

    @Override
    public void close() {
      super.close();
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed as far as we are concerned.
      }
    }
  }
}

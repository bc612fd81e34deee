package org.newci.vcs.transport;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.transport.ssh.jsch.JschConfigSessionFactory;
import org.eclipse.jgit.transport.ssh.jsch.OpenSshConfig;
import org.eclipse.jgit.util.FS;

/**
 * SSH for git with the keys and the known hosts of one folder ({@code id_*}, {@code known_hosts}):
 * nobody's {@code ~/.ssh} is read, an unknown host key is refused, nothing is asked.
 */
public final class PinnedSsh extends JschConfigSessionFactory {

  /** Says to which addresses a host's name leads, or refuses them. */
  public interface Addresses {

    /**
     * The addresses of that host.
     *
     * @throws IOException when there are none, or they must not be reached
     */
    List<InetAddress> of(String host) throws IOException;
  }

  private final Path folder;
  private final Addresses addresses;
  private final Limits limits;

  /**
   * Limits of a session.
   *
   * @param connect for the TCP connection
   * @param read for each answer, also while logging in
   * @param budget for what is received
   */
  public record Limits(Duration connect, Duration read, ByteBudget budget) {}

  /** For sessions with one set of keys. */
  public PinnedSsh(Path folder, Addresses addresses, Limits limits) {
    this.folder = folder;
    this.addresses = addresses;
    this.limits = limits;
    setConfig(
        new OpenSshConfig(folder.toFile(), folder.resolve("there-is-no-ssh-config").toFile()));
  }

  @Override
  protected JSch getJSch(OpenSshConfig.Host host, FS fs) throws JSchException {
    return createDefaultJSch(fs);
  }

  @Override
  protected JSch createDefaultJSch(FS fs) throws JSchException {
    JSch jsch = new JSch();
    Path known = folder.resolve("known_hosts");
    if (Files.exists(known)) {
      jsch.setKnownHosts(known.toString());
    }
    for (Path key : keys()) {
      jsch.addIdentity(key.toString());
    }
    return jsch;
  }

  private List<Path> keys() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("id_[A-Za-z0-9_-]+"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the SSH keys in " + folder, e);
    }
  }

  @Override
  protected void configure(OpenSshConfig.Host host, Session session) {
    session.setConfig("StrictHostKeyChecking", "yes");
    session.setConfig("PreferredAuthentications", "publickey");
    session.setSocketFactory(new CheckedSockets());
    try {
      session.setTimeout((int) limits.read().toMillis());
    } catch (JSchException e) {
      throw new IllegalStateException("an unconnected session has no timeout", e);
    }
  }

  private final class CheckedSockets implements SocketFactory {

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      Socket socket = new Socket();
      try {
        socket.connect(
            new InetSocketAddress(addresses.of(host).getFirst(), port),
            (int) limits.connect().toMillis());
        return socket;
      } catch (IOException e) {
        socket.close();
        throw e;
      }
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
      return limits.budget().over(socket.getInputStream());
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
      return socket.getOutputStream();
    }
  }
}

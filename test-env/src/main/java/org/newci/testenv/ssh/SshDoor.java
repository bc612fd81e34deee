package org.newci.testenv.ssh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.ServerBuilder;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.config.keys.AuthorizedKeysAuthenticator;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * An SSH server that offers sftp on one folder, which its users see as {@code /}. No shell, no
 * commands, no forwarding, no passwords; any user name is right with a right key.
 */
public final class SshDoor implements AutoCloseable {

  static {
    // The JDK has every algorithm offered here; looking through Bouncy Castle's costs a start dear.
    SecurityUtils.setAPrioriDisabledProvider(SecurityUtils.BOUNCY_CASTLE, true);
  }

  private static final Duration LOGIN = Duration.ofSeconds(20);
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** Bytes of a packet; OpenSSH takes up to 256 KiB. */
  private static final int PACKET = 128 * 1024;

  /** Where it listens; port 0 for any free one. */
  public record Listen(String host, int port) {

    /** Reads {@code HOST:PORT}. */
    public static Listen parse(String text) {
      int colon = text.lastIndexOf(':');
      if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
        throw new IllegalArgumentException(
            "Settings: NEWCI_SSH_LISTEN is '%s' (expected HOST:PORT).".formatted(text));
      }
      return new Listen(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
  }

  private final SshServer server;

  private SshDoor(SshServer server) {
    this.server = server;
  }

  /**
   * Starts it.
   *
   * @param site the folder that comes to be {@code /}
   * @param secrets holds {@code ssh_host.key} (PEM) and {@code authorized_keys}
   */
  public static SshDoor open(Listen listen, Path site, Path secrets) {
    SshServer server = ServerBuilder.builder().build();
    server.setHost(listen.host());
    server.setPort(listen.port());
    server.setKeyPairProvider(hostKey(secrets.resolve("ssh_host.key")));
    server.setPublickeyAuthenticator(
        new AuthorizedKeysAuthenticator(readable(secrets.resolve("authorized_keys"))));
    server.setUserAuthFactories(List.of(UserAuthPublicKeyFactory.INSTANCE));
    server.setFileSystemFactory(new VirtualFileSystemFactory(site));
    SftpSubsystemFactory sftp = new SftpSubsystemFactory();
    sftp.addSftpEventListener(new NoLinks());
    sftp.setErrorStatusDataHandler(new SaidReasons());
    server.setSubsystemFactories(List.of(sftp));
    server.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    // Small answers in a row would else wait for each other: 40 ms at a time.
    CoreModuleProperties.TCP_NODELAY.set(server, true);
    // Fewer and larger packets (RFC 4253, 6.1 lets both sides agree on more than 32 KiB).
    CoreModuleProperties.MAX_PACKET_SIZE.set(server, (long) PACKET);
    CoreModuleProperties.NIO2_READ_BUFFER_SIZE.set(server, PACKET);
    CoreModuleProperties.AUTH_TIMEOUT.set(server, LOGIN);
    CoreModuleProperties.IDLE_TIMEOUT.set(server, IDLE);
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot listen for SSH on %s:%d".formatted(listen.host(), listen.port()), e);
    }
    return new SshDoor(server);
  }

  private static FileKeyPairProvider hostKey(Path file) {
    FileKeyPairProvider provider = new FileKeyPairProvider(readable(file));
    try {
      if (!provider.loadKeys(null).iterator().hasNext()) {
        throw new IllegalArgumentException("The SSH host key %s holds no key.".formatted(file));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "The SSH host key %s is not a private key that is understood here (expected ECDSA P-256"
                  .formatted(file)
              + " or RSA in PEM).",
          e);
    }
    return provider;
  }

  private static Path readable(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("The file %s is missing or not readable.".formatted(file));
    }
    return file;
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

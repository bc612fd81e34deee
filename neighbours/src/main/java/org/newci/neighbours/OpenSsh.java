package org.newci.neighbours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * A real sshd with sftp on a free port of the loopback: a host key of its own, and one user, the
 * one who runs the test, by key. Everything lies in one folder.
 */
public final class OpenSsh implements AutoCloseable {

  private final Path folder;
  private final int port;
  private final NativeProcess process;

  private OpenSsh(Path folder, int port, NativeProcess process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  /** Starts it, with keys made in that folder. */
  public static OpenSsh start(Path folder) {
    keygen(folder.resolve("host_key"));
    keygen(folder.resolve("user_key"));
    return start(folder, NativeProcess.freePort());
  }

  /** Starts it again on the same port with another host key. */
  public OpenSsh withAnotherHostKey() {
    close();
    try {
      Files.deleteIfExists(folder.resolve("host_key"));
      Files.deleteIfExists(folder.resolve("host_key.pub"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keygen(folder.resolve("host_key"));
    return start(folder, port);
  }

  /** Starts it again on the same port with the same keys. */
  public OpenSsh restarted() {
    close();
    return start(folder, port);
  }

  private static OpenSsh start(Path folder, int port) {
    try {
      Path authorized = folder.resolve("authorized_keys");
      Files.copy(
          folder.resolve("user_key.pub"),
          authorized,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
      Path config = folder.resolve("sshd_config");
      Files.writeString(config, config(folder, port));
      if (System.getProperty("user.name").equals("root")) {
        // sshd's own folder for the unprivileged half; packages make it when the service starts.
        Files.createDirectories(Path.of("/run/sshd"));
      }
      // sshd runs itself again for each connection, and asks for its absolute path therefore.
      List<String> command =
          List.of(Programs.need("sshd").toAbsolutePath().toString(), "-D", "-e", "-f", config + "");
      NativeProcess process = NativeProcess.start(command, Map.of(), folder.resolve("sshd.log"));
      return new OpenSsh(folder, port, process.awaitPort(port));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start sshd in " + folder, e);
    }
  }

  private static String config(Path folder, int port) {
    return """
        Port %d
        ListenAddress 127.0.0.1
        HostKey %s
        AuthorizedKeysFile %s
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PubkeyAuthentication yes
        PermitRootLogin prohibit-password
        Subsystem sftp internal-sftp
        """
        .formatted(port, folder.resolve("host_key"), folder.resolve("authorized_keys"));
  }

  private static void keygen(Path key) {
    try {
      Process keygen =
          new ProcessBuilder(
                  Programs.need("ssh-keygen").toString(),
                  "-q",
                  "-t",
                  "ed25519",
                  "-N",
                  "",
                  "-C",
                  "test",
                  "-f",
                  key.toString())
              .redirectErrorStream(true)
              .start();
      keygen.getOutputStream().close();
      String said =
          new String(
              keygen.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (keygen.waitFor() != 0) {
        throw new IllegalStateException("ssh-keygen failed: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The port it listens on, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The user to log in as. */
  public String user() {
    return System.getProperty("user.name");
  }

  /** The user's private key. */
  public Path userKey() {
    return folder.resolve("user_key");
  }

  /** The line of a known_hosts file that pins the host key. */
  public String knownHost() {
    try {
      return "[127.0.0.1]:%d %s".formatted(port, Files.readString(folder.resolve("host_key.pub")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code ssh://user@host:port} and that folder of this machine. */
  public String url(Path dir) {
    return "ssh://%s@127.0.0.1:%d%s".formatted(user(), port, dir.toAbsolutePath());
  }

  /** The running daemon; its children serve the connections. */
  public ProcessHandle handle() {
    return process.handle();
  }

  @Override
  public void close() {
    process.close();
  }
}

package org.newci.deploy.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpATTRS;
import com.jcraft.jsch.SftpException;
import com.jcraft.jsch.SftpStatVFS;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.newci.deploy.ssh.SshFailure.Kind;

/**
 * One sftp connection to the environment, used by one deployment at a time. Names are taken
 * literally: nothing in them is a pattern.
 */
public final class SshConnection {

  static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration LOGIN = Duration.ofSeconds(10);
  private static final int ALIVE_MS = 15_000;
  // Enough writes under way to fill the line (tried against OpenSSH: 430 MB/s on a loopback).
  private static final int WRITES_UNDER_WAY = 64;

  /** Failure; file exists and folder is not empty of draft-ietf-secsh-filexfer-13. */
  private static final Set<Integer> IN_THE_WAY = Set.of(ChannelSftp.SSH_FX_FAILURE, 11, 18);

  private final SshTarget target;
  private final TimedSocket socket;
  private final Session session;
  private final ChannelSftp sftp;
  private final Set<String> foldersSeen = new HashSet<>();
  private volatile boolean unusable;

  private SshConnection(SshTarget target, TimedSocket socket, Session session, ChannelSftp sftp) {
    this.target = target;
    this.socket = socket;
    this.session = session;
    this.sftp = sftp;
  }

  /** Connects, checks the host's key, logs in by key, and looks whether the folder will do. */
  static SshConnection open(SshTarget target, SshIdentity identity, TimedSocket socket)
      throws SshFailure {
    JSch client = null;
    try {
      client = identity.client();
      Session session = client.getSession(target.user(), target.host(), target.port());
      session.setSocketFactory(socket);
      session.setDaemonThread(true);
      session.setConfig("StrictHostKeyChecking", "yes");
      session.setConfig("PreferredAuthentications", "publickey");
      session.setServerAliveInterval(ALIVE_MS);
      session.setServerAliveCountMax(2);
      session.connect((int) LOGIN.toMillis());
      ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
      sftp.setFilenameEncoding(StandardCharsets.UTF_8);
      sftp.setBulkRequests(WRITES_UNDER_WAY);
      sftp.connect((int) LOGIN.toMillis());
      SshConnection connection = new SshConnection(target, socket, session, sftp);
      connection.inspect();
      return connection;
    } catch (JSchException e) {
      socket.cut();
      throw SshErrors.connecting(target, e, client != null && SshIdentity.pins(client, target));
    } catch (SshFailure e) {
      socket.cut();
      throw e;
    }
  }

  private void inspect() throws SshFailure {
    try {
      if (!sftp.stat(literal(target.shownFolder())).isDir()) {
        throw new SshFailure(
            Kind.FOLDER_MISSING,
            "%s on %s is not a folder.".formatted(target.shownFolder(), target.server()),
            null);
      }
      if (sftp.getExtension("posix-rename@openssh.com") == null) {
        throw new SshFailure(
            Kind.NOT_ATOMIC,
            "The SSH server %s cannot replace a file in one step (posix-rename)."
                .formatted(target.server()),
            null);
      }
    } catch (SftpException e) {
      throw failure(e, "looking at the folder");
    }
  }

  /** The bytes of a small file, if it is there. */
  public Optional<byte[]> read(String path) throws SshFailure {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      sftp.get(literal(path), bytes);
      return Optional.of(bytes.toByteArray());
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return Optional.empty();
      }
      throw failure(e, "reading " + path);
    }
  }

  /** The size of that plain file, in bytes, if there is one. */
  public OptionalLong size(String path) throws SshFailure {
    try {
      SftpATTRS attributes = sftp.lstat(literal(path));
      return attributes.isReg() ? OptionalLong.of(attributes.getSize()) : OptionalLong.empty();
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return OptionalLong.empty();
      }
      throw failure(e, "looking at " + path);
    }
  }

  /** Makes that folder unless it is there; each connection looks once. */
  public void folder(String path) throws SshFailure {
    if (foldersSeen.contains(path) || isFolder(path)) {
      foldersSeen.add(path);
      return;
    }
    try {
      sftp.mkdir(literal(path));
    } catch (SftpException e) {
      // Somebody else may have made it in this moment.
      if (!isFolder(path)) {
        throw failure(e, "making " + path);
      }
    }
  }

  /** True when that is a folder. */
  public boolean isFolder(String path) throws SshFailure {
    try {
      return sftp.stat(literal(path)).isDir();
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return false;
      }
      throw failure(e, "looking at " + path);
    }
  }

  /**
   * Writes all of that stream to a new file.
   *
   * @param size bytes expected, to tell a full disk from another failure
   */
  public void write(String path, InputStream bytes, long size) throws SshFailure {
    try {
      sftp.put(bytes, literal(path));
    } catch (SftpException e) {
      // Answers to writes under way may still come: nobody can tell any more which is whose.
      unusable = true;
      SshFailure failure = failure(e, "writing " + path);
      throw failure.kind() == Kind.SSH_FAILED && tooFull(size)
          ? SshErrors.full(target, e)
          : failure;
    }
  }

  /** Writes a small file. */
  public void write(String path, byte[] bytes) throws SshFailure {
    write(path, new ByteArrayInputStream(bytes), bytes.length);
  }

  /** Lets a file take the place of another at once. */
  public void replace(String temp, String path) throws SshFailure {
    try {
      sftp.rename(literal(temp), literal(path));
    } catch (SftpException e) {
      throw failure(e, "renaming the upload to " + path);
    }
  }

  /** Removes that file if it is there. */
  public void remove(String path) throws SshFailure {
    try {
      sftp.rm(literal(path));
    } catch (SftpException e) {
      if (e.id != ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        throw failure(e, "removing " + path);
      }
    }
  }

  /** The names in that folder; none when it is not there. */
  public List<String> list(String path) throws SshFailure {
    return entries(path, "").stream().map(Entry::name).toList();
  }

  /** Makes a folder that is not there yet. */
  public void make(String path) throws SshFailure {
    try {
      sftp.mkdir(literal(path));
    } catch (SftpException e) {
      throw failure(e, "making " + path);
    }
  }

  /**
   * Lets a folder take the place of another, which must be empty or absent: of several, one does.
   *
   * @return false when something is in the other
   */
  public boolean claim(String folder, String place) throws SshFailure {
    try {
      sftp.rename(literal(folder), literal(place));
      return true;
    } catch (SftpException e) {
      // Version 3 of sftp has no word for "is not empty"; some servers borrow a later one's.
      if (IN_THE_WAY.contains(e.id) && session.isConnected()) {
        return false;
      }
      throw failure(e, "renaming a folder to " + place);
    }
  }

  /** Renames something; false when it is not there (any more). */
  public boolean moved(String path, String place) throws SshFailure {
    try {
      sftp.rename(literal(path), literal(place));
      return true;
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return false;
      }
      throw failure(e, "renaming %s to %s".formatted(path, place));
    }
  }

  /** Seconds since 1970, by the server's clock, at which that was last changed; -1 when absent. */
  public long changedAt(String path) throws SshFailure {
    try {
      return Integer.toUnsignedLong(sftp.lstat(literal(path)).getMTime());
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return -1;
      }
      throw failure(e, "looking at " + path);
    }
  }

  /** Removes that empty folder if it is there. */
  public void release(String path) throws SshFailure {
    try {
      sftp.rmdir(literal(path));
    } catch (SftpException e) {
      // Some servers have another word for it: what is absent is no folder.
      if (e.id != ChannelSftp.SSH_FX_NO_SUCH_FILE && isFolder(path)) {
        throw failure(e, "removing " + path);
      }
    }
  }

  /** Something in a folder, and when it was last changed, in seconds since 1970. */
  public record Entry(String name, long changedAt) {}

  /** What is in that folder and has a name that begins so; nothing when it is not there. */
  public List<Entry> entries(String path, String prefix) throws SshFailure {
    List<Entry> entries = new ArrayList<>();
    try {
      sftp.ls(
          literal(path),
          entry -> {
            String name = entry.getFilename();
            if (name.startsWith(prefix) && !name.matches("\\.\\.?")) {
              entries.add(new Entry(name, Integer.toUnsignedLong(entry.getAttrs().getMTime())));
            }
            return ChannelSftp.LsEntrySelector.CONTINUE;
          });
      return entries;
    } catch (SftpException e) {
      if (e.id == ChannelSftp.SSH_FX_NO_SUCH_FILE) {
        return List.of();
      }
      throw failure(e, "listing " + path);
    }
  }

  /** Ends the connection at once, also for somebody who waits on it. */
  void cut() {
    unusable = true;
    socket.cut();
    session.disconnect();
  }

  TimedSocket socket() {
    return socket;
  }

  boolean usable() {
    return !unusable && session.isConnected() && sftp.isConnected();
  }

  private SshFailure failure(SftpException e, String doing) {
    foldersSeen.clear();
    SshFailure failure = SshErrors.working(target, e, session.isConnected(), doing);
    if (failure.kind() == Kind.CONNECTION_LOST) {
      unusable = true;
    }
    return failure;
  }

  private boolean tooFull(long size) {
    // OpenSSH says no more than "Failure" (draft-ietf-secsh-filexfer-02 has no word for it), so
    // another connection's worth of questions is asked: statvfs@openssh.com.
    try {
      ChannelSftp second = (ChannelSftp) session.openChannel("sftp");
      second.connect((int) LOGIN.toMillis());
      try {
        SftpStatVFS disk = second.statVFS(literal(target.shownFolder()));
        return disk.getAvailForNonRoot() * 1024 < size;
      } finally {
        second.disconnect();
      }
    } catch (JSchException | SftpException e) {
      return false;
    }
  }

  /** JSch takes {@code * ? \} in every path for a pattern, unless they are quoted. */
  private static String literal(String path) {
    return path.replaceAll("[\\\\*?]", "\\\\$0");
  }
}

package org.newci.deploy.ssh;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchChangedHostKeyException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchRevokedHostKeyException;
import com.jcraft.jsch.JSchUnknownHostKeyException;
import com.jcraft.jsch.SftpException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.newci.deploy.ssh.SshFailure.Kind;

/** The one table from what JSch throws to what we say. */
final class SshErrors {

  /** What JSch says, without a cause, when the other side went in the middle of its greeting. */
  private static final Pattern BROKEN_OFF =
      Pattern.compile("closed by foreign host|End of IO Stream|is closed|is down|is not opened");

  private SshErrors() {}

  /** A connection that did not come about; nothing has been sent to the folder. */
  static SshFailure connecting(SshTarget target, JSchException e, boolean pinned) {
    String server = target.server();
    if (e instanceof JSchChangedHostKeyException || e instanceof JSchRevokedHostKeyException) {
      return changed(server, e);
    }
    if (e instanceof JSchUnknownHostKeyException) {
      return pinned
          ? changed(server, e)
          : new SshFailure(
              Kind.HOST_KEY_UNKNOWN,
              ("The SSH server %s is not in known_hosts, so its host key cannot be checked; nothing"
                      + " was sent.")
                  .formatted(server),
              e);
    }
    String said = String.valueOf(e.getMessage());
    if (said.startsWith("Auth ") || said.startsWith("USERAUTH")) {
      return new SshFailure(
          Kind.SSH_AUTH_REFUSED,
          "The SSH server %s refuses the deploy key for the user '%s'."
              .formatted(server, target.user()),
          e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException
          || cause instanceof UnknownHostException
          || cause instanceof SocketTimeoutException) {
        return unreachable(server, cause, e);
      }
    }
    if (said.toLowerCase(Locale.ROOT).contains("timeout")) {
      return unreachable(server, new SocketTimeoutException(), e);
    }
    if (e.getCause() instanceof IOException || BROKEN_OFF.matcher(said).find()) {
      return new SshFailure(
          Kind.TARGET_UNREACHABLE,
          "The SSH server %s broke off while the connection was made.".formatted(server),
          e);
    }
    return new SshFailure(Kind.SSH_FAILED, "The SSH server %s: %s.".formatted(server, said), e);
  }

  private static SshFailure changed(String server, JSchException e) {
    return new SshFailure(
        Kind.HOST_KEY_CHANGED,
        ("The SSH server %s shows another host key than the one pinned in known_hosts; nothing was"
                + " sent.")
            .formatted(server),
        e);
  }

  private static SshFailure unreachable(String server, Throwable cause, JSchException e) {
    String why =
        switch (cause) {
          case UnknownHostException u -> "has a name that does not resolve";
          case SocketTimeoutException t -> "did not answer in time";
          default -> "refused the connection";
        };
    return new SshFailure(
        Kind.TARGET_UNREACHABLE, "The SSH server %s %s.".formatted(server, why), e);
  }

  /** Something in the folder that failed; {@code doing} completes "while". */
  static SshFailure working(SshTarget target, SftpException e, boolean connected, String doing) {
    String said = String.valueOf(e.getMessage());
    if (!connected || e.getCause() instanceof IOException) {
      return new SshFailure(
          Kind.CONNECTION_LOST,
          "The connection to the SSH server %s was lost while %s."
              .formatted(target.server(), doing),
          e);
    }
    if (said.contains("No space left") || said.contains("quota")) {
      return full(target, e);
    }
    return switch (e.id) {
      case ChannelSftp.SSH_FX_PERMISSION_DENIED ->
          new SshFailure(
              Kind.PERMISSION_DENIED,
              "The user '%s' may not write in %s on %s (while %s)."
                  .formatted(target.user(), target.shownFolder(), target.server(), doing),
              e);
      case ChannelSftp.SSH_FX_NO_SUCH_FILE ->
          new SshFailure(
              Kind.FOLDER_MISSING,
              "The folder %s is not there on %s (while %s)."
                  .formatted(target.shownFolder(), target.server(), doing),
              e);
      default ->
          new SshFailure(
              Kind.SSH_FAILED,
              "The SSH server %s failed while %s: %s.".formatted(target.server(), doing, said),
              e);
    };
  }

  static SshFailure full(SshTarget target, SftpException e) {
    return new SshFailure(
        Kind.DISK_FULL,
        "There is no space left for this file in %s on %s."
            .formatted(target.shownFolder(), target.server()),
        e);
  }
}

package org.newci.testenv.ssh;

import java.nio.file.FileSystemException;
import org.apache.sshd.sftp.server.SftpErrorStatusDataHandler;
import org.apache.sshd.sftp.server.SftpSubsystemEnvironment;

/**
 * Tells a client the file system's own reason (such as "No space left on device"), which the
 * protocol has no number for.
 */
final class SaidReasons implements SftpErrorStatusDataHandler {

  @Override
  public String resolveErrorMessage(
      SftpSubsystemEnvironment environment,
      int id,
      Throwable e,
      int subStatus,
      int command,
      Object... arguments) {
    String said = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return said != null && (said.contains("No space left") || said.contains("quota"))
        ? said
        : SftpErrorStatusDataHandler.super.resolveErrorMessage(
            environment, id, e, subStatus, command, arguments);
  }
}

package org.newci.testenv.ssh;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import org.apache.sshd.server.session.ServerSession;
import org.apache.sshd.sftp.server.SftpEventListener;

/** Refuses to make links: a link could lead out of the folder. */
final class NoLinks implements SftpEventListener {

  @Override
  public void linking(ServerSession session, Path source, Path target, boolean symLink)
      throws IOException {
    throw new AccessDeniedException(source.toString(), null, "links are not made here");
  }
}

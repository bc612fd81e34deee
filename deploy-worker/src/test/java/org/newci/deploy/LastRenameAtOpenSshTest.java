package org.newci.deploy;

import java.nio.file.Path;
import org.newci.neighbours.NeedsProgram;

@NeedsProgram({"sshd", "ssh-keygen"})
class LastRenameAtOpenSshTest extends LastRenameContract {

  @Override
  Environment environment(Path dir) throws Exception {
    return new OpenSshEnvironment(dir);
  }
}

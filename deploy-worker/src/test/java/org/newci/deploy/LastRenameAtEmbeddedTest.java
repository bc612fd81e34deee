package org.newci.deploy;

import java.nio.file.Path;

class LastRenameAtEmbeddedTest extends LastRenameContract {

  @Override
  Environment environment(Path dir) throws Exception {
    return new EmbeddedEnvironment(dir);
  }
}

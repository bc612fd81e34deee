package org.newci.deploy;

import java.nio.file.Path;

class RollbackAtEmbeddedTest extends RollbackContract {

  @Override
  Environment environment(Path dir) throws Exception {
    return new EmbeddedEnvironment(dir);
  }
}

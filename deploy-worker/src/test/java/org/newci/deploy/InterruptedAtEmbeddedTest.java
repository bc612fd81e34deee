package org.newci.deploy;

import java.nio.file.Path;

class InterruptedAtEmbeddedTest extends InterruptedContract {

  @Override
  Environment environment(Path dir) throws Exception {
    return new EmbeddedEnvironment(dir);
  }
}

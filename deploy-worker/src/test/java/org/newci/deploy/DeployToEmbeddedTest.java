package org.newci.deploy;

import java.nio.file.Path;

class DeployToEmbeddedTest extends DeployContract {

  @Override
  Environment environment(Path dir) throws Exception {
    return new EmbeddedEnvironment(dir);
  }
}

package org.newci.cli.machine;

import java.util.Map;
import org.newci.cli.setup.Part;
import org.newci.controller.ControllerService;
import org.newci.deploy.DeployWorkerService;
import org.newci.runner.RunnerService;
import org.newci.standin.StandInService;
import org.newci.store.ArtifactStoreService;
import org.newci.testenv.TestEnvService;
import org.newci.vcs.VcsWorkerService;

/** Starts any component in this process. */
final class Components {

  private Components() {}

  /** Returns when the component serves; closing stops it. */
  static AutoCloseable start(Part part, Map<String, String> env) {
    return switch (part) {
      case GITLAB_STAND_IN -> StandInService.start(env);
      case ARTIFACT_STORE -> ArtifactStoreService.start(env);
      case TEST_ENV -> TestEnvService.start(env);
      case VCS_WORKER -> VcsWorkerService.start(env);
      case DEPLOY_WORKER -> DeployWorkerService.start(env);
      case CONTROLLER -> ControllerService.start(env);
      case RUNNER -> RunnerService.start(env);
    };
  }
}

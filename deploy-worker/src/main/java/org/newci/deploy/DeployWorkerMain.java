package org.newci.deploy;

/** Runs the deploy worker as a process of its own. */
public final class DeployWorkerMain {

  private DeployWorkerMain() {}

  /** Arguments only mark the process; settings come from the environment. */
  public static void main(String[] args) {
    DeployWorkerService service = DeployWorkerService.start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "shutdown"));
  }
}

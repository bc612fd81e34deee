package org.newci.vcs;

/** Runs the VCS worker until it is told to stop. */
public final class VcsWorkerMain {

  private VcsWorkerMain() {}

  /** Settings come from the environment; arguments only mark the process. */
  public static void main(String[] args) {
    VcsWorkerService service = VcsWorkerService.start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    System.out.println("vcs-worker serves at " + service.url());
  }
}

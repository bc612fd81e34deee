package org.newci.store;

/** Runs the artifact store as a process of its own. */
public final class ArtifactStoreMain {

  private ArtifactStoreMain() {}

  /** Arguments only mark the process; settings come from the environment. */
  public static void main(String[] args) {
    ArtifactStoreService service = ArtifactStoreService.start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "shutdown"));
  }
}

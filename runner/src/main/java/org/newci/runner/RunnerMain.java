package org.newci.runner;

/** Runs the runner until it is told to stop. */
public final class RunnerMain {

  private RunnerMain() {}

  /** Arguments only mark the process, such as {@code --data DIR}. */
  public static void main(String[] args) {
    try {
      RunnerService service = RunnerService.start(System.getenv());
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(service::close));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }
}

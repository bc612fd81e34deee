package org.newci.standin;

/** Runs the stand-in until the process is ended. */
public final class StandInMain {

  private StandInMain() {}

  /** Settings come from the environment. */
  public static void main(String[] args) {
    StandInService service = StandInService.start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
  }
}

package org.newci.controller;

/** Starts a controller as a process of its own. */
public final class ControllerMain {

  private ControllerMain() {}

  /** Serves until the process is told to end. */
  public static void main(String[] args) {
    ControllerService service = ControllerService.start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    System.out.println("controller listens on " + service.url());
  }
}

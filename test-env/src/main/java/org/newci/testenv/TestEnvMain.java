package org.newci.testenv;

/** Runs the test environment as a process of its own. */
public final class TestEnvMain {

  private TestEnvMain() {}

  /** Arguments only mark the process; settings come from the environment. */
  public static void main(String[] args) {
    TestEnvService service = TestEnvService.start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "shutdown"));
  }
}

package org.newci.runner;

import java.util.HashMap;
import java.util.Map;

/** Runs the runner until it is told to stop. */
public final class RunnerMain {

  private RunnerMain() {}

  /**
   * {@code --concurrent N} and {@code --ignore-image} stand for the settings; other arguments only
   * mark the process, such as {@code --data DIR}.
   */
  public static void main(String[] args) {
    try {
      RunnerService service = RunnerService.start(settings(System.getenv(), args));
      StopSignals.heed(service);
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(service::close));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  static Map<String, String> settings(Map<String, String> env, String... args) {
    Map<String, String> settings = new HashMap<>(env);
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--ignore-image")) {
        settings.put("NEWCI_IGNORE_IMAGE", "true");
      } else if (args[i].equals("--concurrent")) {
        settings.put("NEWCI_CONCURRENT", i + 1 < args.length ? args[++i] : "");
      }
    }
    return settings;
  }
}

package org.newci.runner.gitlab;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What this runner says of itself in {@code info}. */
public final class RunnerInfoBody {

  public static final String NAME = "newci-runner";
  public static final String VERSION = "0.1.0";

  private static final List<String> CAN =
      List.of(
          "variables",
          "artifacts",
          "cache",
          "fallback_cache_keys",
          "upload_raw_artifacts",
          "cancel_gracefully",
          "shared",
          "refspecs",
          "masking",
          "raw_variables",
          "artifacts_exclude",
          "upload_multiple_artifacts",
          "trace_reset",
          "trace_checksum",
          "trace_size",
          "cancelable",
          "return_exit_code");

  private RunnerInfoBody() {}

  static Map<String, Object> info() {
    Map<String, Object> features = new LinkedHashMap<>();
    CAN.forEach(name -> features.put(name, true));
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("name", NAME);
    info.put("version", VERSION);
    info.put("revision", "");
    info.put("platform", "linux");
    info.put("architecture", System.getProperty("os.arch", ""));
    info.put("executor", "shell");
    info.put("shell", "bash");
    info.put("features", features);
    return info;
  }
}

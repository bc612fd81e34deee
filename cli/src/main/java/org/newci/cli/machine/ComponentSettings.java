package org.newci.cli.machine;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;

/** The settings of each component of one machine, as the environment that it is started with. */
public record ComponentSettings(DataFolder folder, Ports ports, boolean root) {

  /** From what the set-up wrote. */
  public static ComponentSettings of(DataFolder folder) {
    return new ComponentSettings(
        folder, Ports.of(folder), "root".equals(System.getProperty("user.name")));
  }

  /** The component's environment; what the caller's has of the same name goes before. */
  public Map<String, String> of(Part part, Map<String, String> caller) {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("NEWCI_HOME", folder.home(part).toString());
    env.put("NEWCI_TLS", "on");
    if (part.serves()) {
      env.put("NEWCI_LISTEN", "127.0.0.1:" + ports.of(part));
    }
    switch (part) {
      case CONTROLLER -> {
        env.put("NEWCI_VCS_URL", url(Part.VCS_WORKER));
        env.put("NEWCI_BLOBS_URL", url(Part.ARTIFACT_STORE));
        env.put("NEWCI_DEPLOY_URL", url(Part.DEPLOY_WORKER));
        env.put("NEWCI_PUBLIC_URL", url(Part.CONTROLLER));
        env.put("NEWCI_REGISTRY", folder.registry().toString());
        env.put("NEWCI_ALLOW_LOOPBACK", "true");
      }
      case VCS_WORKER -> {
        env.put("NEWCI_GITLAB_URL", url(Part.GITLAB_STAND_IN));
        env.put("NEWCI_BLOBS_URL", url(Part.ARTIFACT_STORE));
        env.put("NEWCI_ALLOW_LOOPBACK", "true");
      }
      case DEPLOY_WORKER -> {
        env.put("NEWCI_BLOBS_URL", url(Part.ARTIFACT_STORE));
        env.put("NEWCI_TARGET", "ssh://newci@127.0.0.1:%d/".formatted(ports.ssh()));
        env.put("NEWCI_SITE_URL", url(Part.TEST_ENV));
      }
      case TEST_ENV -> env.put("NEWCI_SSH_LISTEN", "127.0.0.1:" + ports.ssh());
      case GITLAB_STAND_IN -> {
        env.put("NEWCI_PUBLIC_URL", url(Part.GITLAB_STAND_IN));
        env.put("NEWCI_ALLOW_LOCAL_HOOKS", "true");
      }
      case RUNNER -> {
        env.put("NEWCI_GITLAB_URL", url(Part.GITLAB_STAND_IN));
        env.put("NEWCI_WORK", builds().toString());
      }
      case ARTIFACT_STORE -> {
        // It calls nobody.
      }
    }
    TUNABLE.forEach(name -> copy(name, caller, env));
    return env;
  }

  /** What a person may set for all of {@code up}; the rest follows from the data folder. */
  private static final List<String> TUNABLE =
      List.of(
          "NEWCI_CONCURRENT",
          "NEWCI_TAGS",
          "NEWCI_SANDBOX",
          "NEWCI_IGNORE_IMAGE",
          "NEWCI_LOG_LIMIT",
          "NEWCI_MEMORY_LIMIT",
          "NEWCI_DISK_LIMIT",
          "NEWCI_NETWORK",
          "NEWCI_CACHE_LIMIT",
          "NEWCI_STOP_LIMIT",
          "NEWCI_BLOB_LIMIT",
          "NEWCI_STORE_QUOTA",
          "NEWCI_ENVIRONMENTS",
          "NEWCI_SITE_DIR",
          "NEWCI_HOOK_FAULTS",
          "NEWCI_SOURCE_LIMIT",
          "NEWCI_ARTIFACTS_LIMIT",
          "NEWCI_DEPLOY_LIMIT",
          "NEWCI_PENDING_LIMIT",
          "NEWCI_BUILD_LIMIT",
          "NEWCI_MAX_BUILD_TIME",
          "NEWCI_CONCURRENT_EACH",
          "NEWCI_QUEUE_LIMIT",
          "NEWCI_ARCHIVE_AFTER",
          "NEWCI_DATABASE_URL",
          "NEWCI_DATABASE_USER",
          "NEWCI_LEASE",
          "NEWCI_DRAIN",
          "NEWCI_RETAIN_ARTIFACT_DAYS",
          "NEWCI_RETAIN_UPLOAD_DAYS",
          "NEWCI_RETAIN_LOG_DAYS",
          "NEWCI_RETAIN_EVERY",
          "NEWCI_RETAIN_DRY_RUN",
          "NEWCI_JOB_UPLOAD_URL",
          "NEWCI_ALLOW_LOOPBACK",
          "NEWCI_REGISTRY");

  private static void copy(String name, Map<String, String> from, Map<String, String> to) {
    String value = from.get(name);
    if (value != null && !value.isBlank()) {
      to.put(name, value);
    }
  }

  /** Where jobs work. */
  Path builds() {
    return folder.builds(root);
  }

  private String url(Part part) {
    return ports.url(part).toString();
  }
}

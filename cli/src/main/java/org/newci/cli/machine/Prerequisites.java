package org.newci.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;

/** The four Debian packages without which jobs cannot be run in a sandbox. */
public final class Prerequisites {

  private static final Map<String, String> PACKAGE_OF = new LinkedHashMap<>();

  static {
    PACKAGE_OF.put("bwrap", "bubblewrap");
    PACKAGE_OF.put("slirp4netns", "slirp4netns");
    PACKAGE_OF.put("ip", "iproute2");
    PACKAGE_OF.put("git", "git");
  }

  private Prerequisites() {}

  /** The packages whose programs are missing. */
  public static List<String> missing(Map<String, String> env) {
    return PACKAGE_OF.entrySet().stream()
        .filter(entry -> !installed(entry.getKey(), env))
        .map(Map.Entry::getValue)
        .toList();
  }

  /**
   * What a job of our own that needs no network is started with: without one where this user may
   * not open the device for it; what the caller has set goes before.
   */
  public static Map<String, String> forSample(Map<String, String> env, boolean root) {
    return forSample(Path.of("/dev/net/tun"), env, root);
  }

  static Map<String, String> forSample(Path tun, Map<String, String> env, boolean root) {
    return root || env.containsKey("NEWCI_NETWORK") || Files.isWritable(tun)
        ? Map.of()
        : Map.of("NEWCI_NETWORK", "none");
  }

  /** Installs what is missing when we are root; else names the line to type. */
  public static void ensure(Map<String, String> env, boolean root) {
    if ("none".equals(env.get("NEWCI_SANDBOX"))) {
      return;
    }
    List<String> missing = missing(env);
    if (missing.isEmpty()) {
      return;
    }
    String line = "apt-get install -y --no-install-recommends " + String.join(" ", missing);
    if (!root) {
      throw new CommandFailed(
          Exit.FAILED,
          "Jobs run in a sandbox that needs the packages %s; install them with: sudo %s"
              .formatted(String.join(", ", missing), line));
    }
    System.err.println("newci: installing what the sandbox of jobs needs: " + line);
    run(List.of("apt-get", "update", "-q"));
    List<String> install =
        new ArrayList<>(List.of("apt-get", "install", "-q", "-y", "--no-install-recommends"));
    install.addAll(missing);
    if (run(install) != 0 || !missing(env).isEmpty()) {
      throw new CommandFailed(Exit.FAILED, "The installation failed; try it by hand: " + line);
    }
  }

  private static int run(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    try {
      Process process = builder.start();
      // Standard output belongs to what the command itself says.
      process.getInputStream().transferTo(System.err);
      return process.waitFor();
    } catch (IOException e) {
      throw new CommandFailed(
          Exit.FAILED,
          "%s cannot be started (%s); is this Debian?"
              .formatted(command.getFirst(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(Exit.FAILED, "Interrupted.", e);
    }
  }

  private static boolean installed(String program, Map<String, String> env) {
    return Stream.concat(
            Stream.of(env.getOrDefault("PATH", "").split(":", -1)), Stream.of("/usr/sbin", "/sbin"))
        .filter(dir -> !dir.isEmpty())
        .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
  }
}

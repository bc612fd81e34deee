package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jobs in namespaces of their own, made by bubblewrap; the network is slirp4netns, a router in user
 * space. See {@code network.sh} for the order in which they are put together.
 */
public final class Bubblewrap implements Sandbox {

  private static final Logger LOG = LoggerFactory.getLogger(Bubblewrap.class);
  private static final Map<String, String> PACKAGES =
      Map.of(
          "bwrap", "bubblewrap",
          "slirp4netns", "slirp4netns",
          "ip", "iproute2",
          "git", "git",
          "setpriv", "util-linux",
          "unshare", "util-linux");

  private static final String BUILDS = "/builds";
  private static final String HOME = "/home/ci";

  private final Launcher launcher;
  private final SystemFiles system;
  private final Limits limits;
  private final List<Slot> slots;

  /**
   * @param made a folder for files that all jobs see
   */
  public Bubblewrap(Spawner spawner, Path made, Limits limits, List<Slot> slots)
      throws IOException {
    boolean root = slots.stream().allMatch(Slot::hasOwnUid);
    ControlGroups groups = new ControlGroups(Path.of("/sys/fs/cgroup"), limits, root);
    this.launcher = new Launcher(spawner, groups, limits);
    this.system = new SystemFiles(made);
    this.limits = limits;
    this.slots = List.copyOf(slots);
    if (!root) {
      LOG.warn(
          "Jobs run as this very user in a user namespace. That is weaker than a runner started as"
              + " root, which gives each job a user of its own: who breaks out of the sandbox reads"
              + " what this user can read.");
    }
    slots.forEach(launcher::killAll);
  }

  /** Fails with a sentence, and the line to type, when a program is missing. */
  public static void needPrograms() {
    List<String> missing =
        PACKAGES.keySet().stream().filter(program -> !Launcher.has(program)).sorted().toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The sandbox needs the programs %s; install them with: apt-get install %s"
              .formatted(
                  String.join(", ", missing),
                  String.join(" ", missing.stream().map(PACKAGES::get).distinct().toList())));
    }
  }

  @Override
  public String name() {
    return "bubblewrap";
  }

  @Override
  public String builds(Workspace workspace) {
    return BUILDS;
  }

  @Override
  public String files(Workspace workspace) {
    return BUILDS + "/.variables";
  }

  @Override
  public Running shell(Workspace workspace, Path script) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.add(script.toString());
    arguments.add(Routes.unreachable());
    arguments.addAll(common(workspace));
    arguments.addAll(
        List.of(
            "--bind",
            workspace.home().toString(),
            HOME,
            "--setenv",
            "HOME",
            HOME,
            "--chdir",
            BUILDS,
            "--",
            "/bin/sh",
            "-c",
            "exec 2>&1; exec bash -l"));
    return launcher.script(workspace, Scripts.NETWORK, true, arguments);
  }

  @Override
  public Running quiet(Workspace workspace, String folder, List<String> command)
      throws IOException {
    List<String> arguments = new ArrayList<>(common(workspace));
    arguments.addAll(List.of("--setenv", "HOME", "/tmp", "--chdir", folder));
    arguments.addAll(
        List.of(
            "--setenv", "GIT_CONFIG_NOSYSTEM", "1", "--setenv", "GIT_CONFIG_GLOBAL", "/dev/null"));
    arguments.add("--");
    arguments.addAll(command);
    return launcher.script(workspace, Scripts.QUIET, false, arguments);
  }

  private List<String> common(Workspace workspace) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--uid",
                "1000",
                "--gid",
                "1000",
                "--die-with-parent",
                "--new-session",
                "--clearenv",
                "--hostname",
                "ci"));
    arguments.addAll(system.arguments());
    arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    arguments.addAll(
        List.of(
            "--size", Long.toString(limits.memoryBytes() / 2),
            "--perms", "1777",
            "--tmpfs", "/tmp"));
    arguments.addAll(List.of("--bind", workspace.builds().toString(), BUILDS));
    arguments.addAll(List.of("--setenv", "PATH", Launcher.path(), "--setenv", "LANG", "C.UTF-8"));
    return arguments;
  }

  @Override
  public Running trusted(Workspace workspace, List<String> command, Map<String, String> env)
      throws IOException {
    return launcher.plain(workspace, command, env);
  }

  @Override
  public void killAll(Slot slot) {
    launcher.killAll(slot);
  }

  @Override
  public void close() {
    slots.forEach(launcher::killAll);
    launcher.removeGroups(slots);
  }
}

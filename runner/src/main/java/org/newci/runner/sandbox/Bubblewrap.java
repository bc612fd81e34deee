package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** After all is in its place: what is not a job's own folder cannot be filled by it. */
  private static final List<String> SEALED = List.of("--remount-ro", "/dev", "--remount-ro", "/");

  private final Launcher launcher;
  private final SystemFiles system;
  private final Limits limits;
  private final List<Slot> slots;
  private final String filter;

  /**
   * @param made a folder for files that all jobs see
   */
  public Bubblewrap(Spawner spawner, Path made, Limits limits, List<Slot> slots)
      throws IOException {
    ControlGroups groups =
        new ControlGroups(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"), limits);
    this.launcher = new Launcher(spawner, groups, limits);
    this.system = new SystemFiles(made);
    this.limits = limits;
    this.slots = List.copyOf(slots);
    this.filter = filter(made.resolve("system-calls.bpf"));
    if (!slots.stream().allMatch(Slot::hasOwnUid)) {
      LOG.warn(
          "Jobs run as this very user in a user namespace. That is weaker than a runner started as"
              + " root, which gives each job a user of its own: who breaks out of the sandbox reads"
              + " what this user can read.");
    }
    slots.stream().findFirst().flatMap(launcher::noNetwork).ifPresent(LOG::warn);
    slots.forEach(launcher::killAll);
  }

  private static String filter(Path file) {
    try {
      RememberedFilter.write(file);
      return file.toString();
    } catch (IOException e) {
      LOG.warn(
          "Jobs run WITHOUT a filter of system calls ({}). With Debian's package libseccomp2 they"
              + " have one.",
          e.getMessage());
      return "";
    }
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
  public Running shell(Workspace workspace, Path script, Network network)
      throws IOException, SandboxFailure {
    List<String> bwrap = new ArrayList<>(common(workspace));
    bwrap.addAll(List.of("--bind", workspace.home().toString(), HOME, "--setenv", "HOME", HOME));
    List<String> router = new ArrayList<>();
    switch (network) {
      case Network.Public _ -> router.addAll(List.of("", Routes.unreachable(), ""));
      case Network.None _ -> bwrap.addAll(system.names(workspace, Map.of()));
      case Network.Only only -> {
        Map<String, List<String>> targets = Network.resolve(only);
        router.addAll(
            List.of("--disable-dns", Routes.unreachable(), Routes.only(targets.values())));
        bwrap.addAll(system.names(workspace, targets));
      }
    }
    Optional<String> without = launcher.noNetwork(workspace.slot());
    if (!router.isEmpty() && without.isPresent()) {
      throw new SandboxFailure(without.get());
    }
    bwrap.addAll(SEALED);
    bwrap.addAll(List.of("--chdir", BUILDS, "--", "/bin/sh", "-c", "exec 2>&1; exec bash -l"));
    List<String> arguments = new ArrayList<>();
    arguments.add(script.toString());
    arguments.addAll(router);
    arguments.addAll(bwrap);
    return launcher.script(
        workspace,
        router.isEmpty() ? Scripts.OFFLINE : Scripts.NETWORK,
        filter,
        !router.isEmpty(),
        arguments);
  }

  @Override
  public Running quiet(Workspace workspace, String folder, List<String> command)
      throws IOException {
    List<String> arguments = new ArrayList<>(common(workspace));
    arguments.addAll(List.of("--setenv", "HOME", "/tmp"));
    arguments.addAll(
        List.of(
            "--setenv", "GIT_CONFIG_NOSYSTEM", "1", "--setenv", "GIT_CONFIG_GLOBAL", "/dev/null"));
    arguments.addAll(SEALED);
    arguments.addAll(List.of("--chdir", folder, "--"));
    arguments.addAll(command);
    return launcher.script(workspace, Scripts.QUIET, filter, false, arguments);
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
    String half = Long.toString(limits.memoryBytes() / 2);
    arguments.addAll(List.of("--size", half, "--perms", "1777", "--tmpfs", "/tmp"));
    arguments.addAll(List.of("--size", half, "--perms", "1777", "--tmpfs", "/dev/shm"));
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
  public long outOfMemory(Slot slot) {
    return launcher.outOfMemory(slot);
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

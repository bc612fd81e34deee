package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts commands as the user of a slot, tied to the life of the runner, and ends them. */
final class Launcher {

  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Spawner spawner;
  private final ControlGroups groups;
  private final Limits limits;
  private final AtomicLong count = new AtomicLong();
  private final boolean ownTun = !openToAll(TUN);

  Launcher(Spawner spawner, ControlGroups groups, Limits limits) {
    this.spawner = spawner;
    this.groups = groups;
    this.limits = limits;
  }

  /** Why a job of that slot cannot have a network, as a sentence; empty when it can. */
  Optional<String> noNetwork(Slot slot) {
    return noNetwork(TUN, slot);
  }

  static Optional<String> noNetwork(Path tun, Slot slot) {
    return slot.hasOwnUid() || openToAll(tun)
        ? Optional.empty()
        : Optional.of(
            ("The sandbox has no network here: %s may be opened by root alone, and this runner is"
                    + " not root. Start it as root, or let root type chmod 666 %s, or let jobs do"
                    + " without: NEWCI_NETWORK=none")
                .formatted(tun, tun));
  }

  /** PATH of everything that is started. */
  static String path() {
    return PATH;
  }

  private static boolean openToAll(Path device) {
    try {
      return Files.getPosixFilePermissions(device).contains(PosixFilePermission.OTHERS_WRITE);
    } catch (IOException e) {
      return false;
    }
  }

  /** The arguments that every script of ours starts with, after those of the filter. */
  private List<String> limitArguments(Slot slot, boolean tun) {
    // Outside of a user namespace the limit would count everything that the runner's user runs.
    int processes = slot.hasOwnUid() || tun ? limits.processes() : 0;
    return List.of(
        Integer.toString(limits.openFiles()),
        Long.toString(limits.diskBytes() / 1024),
        Long.toString(groups.limitMemory() ? 0 : limits.memoryBytes() / 1024),
        Integer.toString(processes));
  }

  /**
   * Starts one of the scripts with those arguments after the common ones.
   *
   * @param filter a file with the filter of system calls, or empty
   * @param tun true when the sandbox gets a network
   */
  Running script(
      Workspace workspace, String script, String filter, boolean tun, List<String> arguments)
      throws IOException {
    Path status = workspace.exchange().resolve("status-" + count.incrementAndGet());
    List<String> command = new ArrayList<>(List.of("bash", "-c", script, "newci"));
    command.add(status.toString());
    command.add(filter);
    command.addAll(limitArguments(workspace.slot(), tun));
    command.addAll(arguments);
    return start(workspace, command, tun, status, Map.of());
  }

  /** Starts a command of the runner's own, whose exit code is the process's. */
  Running plain(Workspace workspace, List<String> command, Map<String, String> env)
      throws IOException {
    Path status = workspace.exchange().resolve("status-" + count.incrementAndGet());
    List<String> reporting =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                "s=$1; shift; \"$@\"; c=$?; echo \"{ \\\"exit-code\\\": $c }\" > \"$s\"",
                "newci",
                status.toString()));
    reporting.addAll(command);
    return start(workspace, reporting, false, status, env);
  }

  private Running start(
      Workspace workspace, List<String> command, boolean tun, Path status, Map<String, String> env)
      throws IOException {
    List<String> all = new ArrayList<>();
    Slot slot = workspace.slot();
    boolean makeTun = tun && ownTun && slot.hasOwnUid();
    if (makeTun) {
      all.addAll(List.of("unshare", "--mount", "--propagation", "private", "--"));
    }
    String joins =
        groups.prepare(slot).stream().map(Path::toString).collect(Collectors.joining(":"));
    String uid = slot.hasOwnUid() ? Integer.toString(slot.uid()) : "-";
    all.addAll(List.of("sh", "-c", Scripts.AS_USER, "newci", uid));
    all.addAll(List.of(makeTun ? "yes" : "no", joins));
    all.addAll(command);
    Path errors = status.resolveSibling(status.getFileName() + ".err");
    ProcessBuilder builder =
        new ProcessBuilder(all).directory(workspace.dir().toFile()).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(env);
    builder.environment().put("PATH", PATH);
    builder.environment().put("LC_ALL", "C.UTF-8");
    return new Running(spawner.start(builder), status, errors, () -> killAll(slot));
  }

  /** Kills every process of a slot that has a user of its own. */
  void killAll(Slot slot) {
    if (!slot.hasOwnUid()) {
      return;
    }
    String uid = Integer.toString(slot.uid());
    ProcessBuilder kill =
        new ProcessBuilder(
                "setpriv",
                "--reuid",
                uid,
                "--regid",
                uid,
                "--clear-groups",
                "--",
                "bash",
                "-c",
                "kill -9 -1")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    kill.environment().clear();
    kill.environment().put("PATH", PATH);
    try {
      Process process = spawner.start(kill);
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        LOG.error("The processes of user {} could not be ended within 10 s.", uid);
      }
    } catch (IOException e) {
      LOG.error("The processes of user {} could not be ended.", uid, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void removeGroups(List<Slot> slots) {
    slots.forEach(groups::remove);
  }

  /** How many processes of that slot were ended so far because its memory was full. */
  long outOfMemory(Slot slot) {
    return groups.ended(slot);
  }

  /** True when that program can be started. */
  static boolean has(String program) {
    return List.of(PATH.split(":", -1)).stream()
        .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
  }
}

package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** No sandbox: for machines on which every job is trusted, and only when asked for by name. */
public final class Unprotected implements Sandbox {

  private static final Logger LOG = LoggerFactory.getLogger(Unprotected.class);

  private final Launcher launcher;
  private final List<Slot> slots;

  public Unprotected(Spawner spawner, Limits limits, List<Slot> slots) {
    this.launcher =
        new Launcher(
            spawner,
            new ControlGroups(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"), limits),
            limits);
    this.slots = List.copyOf(slots);
    LOG.warn(
        "NEWCI_SANDBOX=none: JOBS RUN WITHOUT A SANDBOX. A job reads what its user can read on this"
            + " machine, reaches every network address, and may leave processes behind.");
    slots.forEach(launcher::killAll);
  }

  @Override
  public String name() {
    return "shell, without a sandbox";
  }

  @Override
  public String builds(Workspace workspace) {
    return workspace.builds().toString();
  }

  @Override
  public String files(Workspace workspace) {
    return workspace.builds() + "/.variables";
  }

  @Override
  public Running shell(Workspace workspace, Path script, Network network) throws IOException {
    Running shell =
        start(
            workspace,
            script.toString(),
            builds(workspace),
            List.of("/bin/sh", "-c", "exec 2>&1; exec bash -l"));
    shell.leaveNothing();
    return shell;
  }

  @Override
  public Running quiet(Workspace workspace, String folder, List<String> command)
      throws IOException {
    List<String> all =
        new ArrayList<>(List.of("env", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"));
    all.addAll(command);
    return start(workspace, "-", folder, all);
  }

  private Running start(Workspace workspace, String stdin, String folder, List<String> command)
      throws IOException {
    List<String> arguments = new ArrayList<>(List.of(stdin, folder, workspace.home().toString()));
    arguments.addAll(command);
    return launcher.script(workspace, Scripts.UNPROTECTED, "", false, arguments);
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

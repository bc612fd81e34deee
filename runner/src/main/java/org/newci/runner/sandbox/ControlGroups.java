package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of memory and processes by Linux control groups, version 1 or 2 (kernel documentation,
 * admin-guide/cgroup-v1 and cgroup-v2), where the runner may write them.
 */
final class ControlGroups {

  private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);

  private final @Nullable Path root;
  private final boolean second;
  private final Limits limits;

  /**
   * @param root usually {@code /sys/fs/cgroup}
   */
  ControlGroups(Path root, Limits limits, boolean mayWrite) {
    this.limits = limits;
    this.second = Files.exists(root.resolve("cgroup.controllers"));
    this.root = mayWrite && usable(root) ? root : null;
    if (this.root == null) {
      LOG.warn(
          "Jobs are NOT limited in memory: this runner may not write control groups below {}.",
          root);
    }
  }

  private boolean usable(Path candidate) {
    try {
      Path probe = second ? candidate : candidate.resolve("memory");
      if (second) {
        write(candidate.resolve("cgroup.subtree_control"), "+memory +pids");
      }
      Path group = probe.resolve("newci-probe-" + ProcessHandle.current().pid());
      Files.createDirectory(group);
      boolean there =
          Files.exists(group.resolve(second ? "memory.max" : "memory.limit_in_bytes"))
              && (second || Files.isWritable(candidate.resolve("pids")));
      Files.delete(group);
      return there;
    } catch (IOException e) {
      return false;
    }
  }

  /** The files by which a process joins the groups of that slot. */
  List<Path> prepare(Slot slot) throws IOException {
    if (root == null) {
      return List.of();
    }
    String name = "newci-job-" + slot.uid();
    if (second) {
      Path group = Files.createDirectories(root.resolve(name));
      write(group.resolve("memory.max"), Long.toString(limits.memoryBytes()));
      write(group.resolve("pids.max"), Integer.toString(limits.processes()));
      return List.of(group.resolve("cgroup.procs"));
    }
    Path memory = Files.createDirectories(root.resolve("memory").resolve(name));
    write(memory.resolve("memory.limit_in_bytes"), Long.toString(limits.memoryBytes()));
    Path pids = Files.createDirectories(root.resolve("pids").resolve(name));
    write(pids.resolve("pids.max"), Integer.toString(limits.processes()));
    return List.of(memory.resolve("cgroup.procs"), pids.resolve("cgroup.procs"));
  }

  /** Removes the groups of that slot, whose processes have ended. */
  void remove(Slot slot) {
    if (root == null) {
      return;
    }
    String name = "newci-job-" + slot.uid();
    List<Path> groups =
        second
            ? List.of(root.resolve(name))
            : List.of(root.resolve("memory").resolve(name), root.resolve("pids").resolve(name));
    for (Path group : groups) {
      try {
        Files.deleteIfExists(group);
      } catch (IOException e) {
        // A process is on its way out; the group is used again by the slot's next job.
        LOG.debug("The control group {} is still there ({}).", group, e.getMessage());
      }
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, java.nio.file.StandardOpenOption.WRITE);
  }
}

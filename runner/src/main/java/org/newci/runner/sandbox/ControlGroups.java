package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits of memory and processes, and an equal share of the processors, by Linux control groups,
 * version 1 or 2 (kernel documentation, admin-guide/cgroup-v1 and cgroup-v2), where the runner may
 * write them. Each limit that cannot be had is named in the runner's log.
 */
final class ControlGroups {

  private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);

  /** One controller's folder below which the slots have their groups. */
  private record Place(String controller, Path folder) {}

  private final List<Place> places = new ArrayList<>();
  private final boolean second;
  private final Limits limits;

  /**
   * @param root usually {@code /sys/fs/cgroup}
   * @param self usually {@code /proc/self/cgroup}: in which groups the runner itself is
   */
  ControlGroups(Path root, Path self, Limits limits) {
    this.limits = limits;
    this.second = Files.exists(root.resolve("cgroup.controllers"));
    List<String> missing = new ArrayList<>();
    for (String controller : List.of("memory", "pids", "cpu")) {
      Optional<Path> folder =
          second ? secondVersion(root, self, controller) : firstVersion(root, controller);
      folder.ifPresentOrElse(
          found -> places.add(new Place(controller, found)), () -> missing.add(controller));
    }
    if (missing.contains("memory")) {
      LOG.warn(
          "Jobs are NOT limited in memory as a whole: this runner may not write control groups"
              + " below {}. Each process of a job may have {} bytes for itself.",
          root,
          limits.memoryBytes());
    }
    if (missing.contains("pids")) {
      LOG.warn("Processes of jobs are counted by rlimits only: no control group of them.");
    }
    if (missing.contains("cpu")) {
      LOG.warn("A job may SLOW others: there is no control group for equal shares of processors.");
    }
  }

  private static Optional<Path> firstVersion(Path root, String controller) {
    Path folder = root.resolve(controller);
    return holds(folder, limitFile(false, controller)) ? Optional.of(folder) : Optional.empty();
  }

  /** At the root for root; else beside the runner's own group, where systemd lets its user. */
  private static Optional<Path> secondVersion(Path root, Path self, String controller) {
    for (Path folder : List.of(root, besideOwn(root, self))) {
      try {
        if (!Files.readString(folder.resolve("cgroup.subtree_control")).contains(controller)) {
          write(folder.resolve("cgroup.subtree_control"), "+" + controller);
        }
      } catch (IOException e) {
        LOG.debug("No {} below {} ({}).", controller, folder, e.getMessage());
      }
      if (holds(folder, limitFile(true, controller))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  private static Path besideOwn(Path root, Path self) {
    try {
      return Files.readAllLines(self).stream()
          .filter(line -> line.startsWith("0::/"))
          .map(line -> root.resolve(line.substring("0::/".length())).normalize())
          .filter(own -> own.startsWith(root) && !own.equals(root))
          .map(Path::getParent)
          .findFirst()
          .orElse(root);
    } catch (IOException e) {
      return root;
    }
  }

  /** True when a group made there has that file. */
  private static boolean holds(Path folder, String file) {
    Path group = folder.resolve("newci-probe-" + ProcessHandle.current().pid());
    try {
      Files.createDirectory(group);
      try {
        return Files.isWritable(group.resolve(file)) && takes(group.resolve("cgroup.procs"));
      } finally {
        Files.delete(group);
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** True when that group lets a process of the runner in: it may refuse some kinds. */
  static boolean takes(Path procs) {
    ProcessBuilder join =
        new ProcessBuilder("sh", "-c", "echo $$ > \"$1\"", "newci", procs.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = join.start();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      if (process.exitValue() != 0) {
        LOG.warn("The control group {} refuses processes of this runner.", procs.getParent());
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static String limitFile(boolean second, String controller) {
    return switch (controller) {
      case "memory" -> second ? "memory.max" : "memory.limit_in_bytes";
      case "pids" -> "pids.max";
      default -> second ? "cpu.weight" : "cpu.shares";
    };
  }

  /** True when the memory of a job's processes together is limited. */
  boolean limitMemory() {
    return places.stream().anyMatch(place -> place.controller().equals("memory"));
  }

  /** The files by which a process joins the groups of that slot. */
  List<Path> prepare(Slot slot) throws IOException {
    List<Path> joins = new ArrayList<>();
    for (Place place : places) {
      Path group = group(place, slot);
      Files.createDirectories(group);
      switch (place.controller()) {
        case "memory" -> {
          String bytes = Long.toString(limits.memoryBytes());
          write(group.resolve(limitFile(second, "memory")), bytes);
          // Without these, what does not fit goes to the swap, and slows everybody.
          writeIfThere(group.resolve("memory.memsw.limit_in_bytes"), bytes);
          writeIfThere(group.resolve("memory.swap.max"), "0");
        }
        case "pids" -> write(group.resolve("pids.max"), Integer.toString(limits.processes()));
        default -> write(group.resolve(limitFile(second, "cpu")), second ? "100" : "1024");
      }
      Path join = group.resolve("cgroup.procs");
      if (!joins.contains(join)) {
        joins.add(join);
      }
    }
    return joins;
  }

  /**
   * How many processes of that slot were ended because its memory was full, since it has groups.
   */
  long ended(Slot slot) {
    for (Place place : places) {
      if (place.controller().equals("memory")) {
        Path file = group(place, slot).resolve(second ? "memory.events" : "memory.oom_control");
        try {
          return Files.readAllLines(file).stream()
              .filter(line -> line.startsWith("oom_kill "))
              .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length()).strip()))
              .sum();
        } catch (IOException | NumberFormatException e) {
          return 0;
        }
      }
    }
    return 0;
  }

  /** Removes the groups of that slot, whose processes have ended. */
  void remove(Slot slot) {
    for (Place place : places) {
      Path group = group(place, slot);
      try {
        Files.deleteIfExists(group);
      } catch (IOException e) {
        // A process is on its way out; the group is used again by the slot's next job.
        LOG.debug("The control group {} is still there ({}).", group, e.getMessage());
      }
    }
  }

  private static Path group(Place place, Slot slot) {
    return place
        .folder()
        .resolve(
            slot.hasOwnUid()
                ? "newci-job-" + slot.uid()
                : "newci-job-%d-%d".formatted(ProcessHandle.current().pid(), slot.number()));
  }

  private static void writeIfThere(Path file, String value) {
    try {
      if (Files.isWritable(file)) {
        write(file, value);
      }
    } catch (IOException e) {
      LOG.debug("{} does not take {} ({}).", file, value, e.getMessage());
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardOpenOption.WRITE);
  }
}

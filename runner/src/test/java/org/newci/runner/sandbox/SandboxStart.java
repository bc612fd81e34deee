package org.newci.runner.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Measures how long a sandbox with network takes from being asked for to the first byte that its
 * script prints. Started by hand, as root: a figure is no test.
 */
final class SandboxStart {

  private SandboxStart() {}

  /** Prints the milliseconds of 40 starts, after 5 that do not count. */
  public static void main(String[] args) throws IOException, InterruptedException, SandboxFailure {
    Path dir = Files.createTempDirectory(Path.of("/var/tmp"), "newci-start-");
    Path folder = Files.createDirectories(dir.resolve("builds"));
    Files.setPosixFilePermissions(
        dir, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    try (SlotUids uids = new SlotUids(dir.resolve("uids"), 1);
        Spawner spawner = new Spawner();
        Workspaces workspaces = Workspaces.open(folder, true)) {
      Slot slot = new Slot(0, uids.all().getFirst());
      try (Sandbox sandbox =
          new Bubblewrap(
              spawner, folder.resolve("etc"), Limits.of(1L << 30, 1L << 30), List.of(slot))) {
        measure(sandbox, workspaces, slot);
      }
    }
  }

  private static void measure(Sandbox sandbox, Workspaces workspaces, Slot slot)
      throws IOException, InterruptedException, SandboxFailure {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      Workspace workspace = workspaces.create(slot, i);
      Path script = workspace.exchange().resolve("script");
      Files.writeString(script, "echo first\n");
      workspaces.give(script, slot);
      long began = System.nanoTime();
      try (Running shell = sandbox.shell(workspace, script, new Network.Public())) {
        shell.go();
        int first = shell.output().read();
        long took = System.nanoTime() - began;
        shell.await();
        if (first >= 0 && i >= 5) {
          times.add(took / 100_000);
        }
      }
      workspaces.remove(workspace);
    }
    Collections.sort(times);
    System.out.printf(
        "first byte after %.1f ms (median of %d), %.1f to %.1f ms%n",
        times.get(times.size() / 2) / 10.0,
        times.size(),
        times.getFirst() / 10.0,
        times.getLast() / 10.0);
  }
}

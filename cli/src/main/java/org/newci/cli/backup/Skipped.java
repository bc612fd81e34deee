package org.newci.cli.backup;

import java.nio.file.Path;
import java.util.Set;

/** What is made again by itself, or means something only to the processes that run now. */
final class Skipped {

  private static final Set<String> FOLDERS =
      Set.of(
          "logs",
          "runner/builds",
          "runner/data/cache",
          "vcs-worker/data/cache",
          "vcs-worker/data/tmp",
          "artifact-store/data/temp");

  private Skipped() {}

  static boolean folder(Path data, Path folder) {
    return FOLDERS.contains(data.relativize(folder).toString());
  }

  static boolean file(Path data, Path file) {
    String name = String.valueOf(file.getFileName());
    if (data.relativize(file).startsWith("run")) {
      // Process ids are of today; the ports are in what GitLab and people were told.
      return !name.equals("ports.json");
    }
    // A database's copy is whole without them; an upload's beginning is nobody's.
    return name.endsWith(".db-wal")
        || name.endsWith(".db-shm")
        || name.endsWith(".db.lock")
        || name.equals("lock")
        || name.startsWith(".newci-upload-");
  }
}

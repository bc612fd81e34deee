package org.newci.runner.sandbox;

import java.nio.file.Path;

/**
 * The folder of one job, empty at its start and removed after it.
 *
 * @param dir owned by the slot's user, closed to everybody else
 * @param slot whose it is
 */
public record Workspace(Path dir, Slot slot) {

  /** What the job sees as the folder of all sources. */
  public Path builds() {
    return dir.resolve("builds");
  }

  /** The job's home folder. */
  public Path home() {
    return dir.resolve("home");
  }

  /** Files between the runner and its sandboxes, which the job does not see. */
  public Path exchange() {
    return dir.resolve("run");
  }
}

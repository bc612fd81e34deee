package org.newci.shell.problem;

import org.jspecify.annotations.Nullable;

/** Tells a full disk from other failures. */
public final class NoSpace {

  private static final int DEEPEST = 20;

  private NoSpace() {}

  /** True if the kernel (ENOSPC and EDQUOT of errno(3)) or SQLite says so, however deep. */
  public static boolean isCauseOf(Throwable failure) {
    int depth = 0;
    for (@Nullable Throwable t = failure; t != null && depth < DEEPEST; t = t.getCause()) {
      String said = String.valueOf(t.getMessage());
      if (said.contains("No space left on device")
          || said.contains("Disk quota exceeded")
          || said.contains("SQLITE_FULL")) {
        return true;
      }
      depth++;
    }
    return false;
  }
}

package org.newci.store.disk;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a full disk from other failures: Linux's words and SQLite's. */
public final class DiskFull {

  private static final Logger LOG = LoggerFactory.getLogger(DiskFull.class);

  private DiskFull() {}

  /** Something that writes to the disk. */
  public interface Writing<T> {
    T run() throws IOException;
  }

  /**
   * Does that.
   *
   * @throws Problem 507 {@code disk-full}
   */
  public static <T> T guard(String what, Writing<T> writing) throws IOException {
    try {
      return writing.run();
    } catch (IOException e) {
      for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
        String said = String.valueOf(cause.getMessage());
        if (said.contains("No space left")
            || said.contains("Disk quota exceeded")
            || said.contains("SQLITE_FULL")) {
          LOG.error("no space for {}", what, e);
          throw full(what);
        }
      }
      throw e;
    }
  }

  /** The answer when there is no space. */
  public static Problem full(String what) {
    return new Problem(507, "disk-full", "The store has no space left for %s.".formatted(what));
  }
}

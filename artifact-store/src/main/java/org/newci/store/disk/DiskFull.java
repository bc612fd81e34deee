package org.newci.store.disk;

import java.io.IOException;
import org.newci.shell.problem.NoSpace;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a full disk in the store's words. */
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
      if (NoSpace.isCauseOf(e)) {
        LOG.error("no space for {}", what, e);
        throw full(what);
      }
      throw e;
    }
  }

  /** The answer when there is no space. */
  public static Problem full(String what) {
    return new Problem(507, "disk-full", "The store has no space left for %s.".formatted(what));
  }
}

package org.newci.vcs.mirror;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what another thread makes, and closes it when it is closed itself, also what is made
 * only afterwards: nothing stays open because nobody waited for it.
 */
final class Handover<T extends AutoCloseable> implements AutoCloseable {

  private @Nullable T given;
  private boolean closed;

  /**
   * Hands it over; answers the same.
   *
   * @throws CancellationException when it is wanted no more; it is closed then
   */
  T give(T made) throws Exception {
    synchronized (this) {
      if (!closed) {
        given = made;
        return made;
      }
    }
    made.close();
    throw new CancellationException("wanted no more");
  }

  @Override
  public void close() throws Exception {
    T open;
    synchronized (this) {
      closed = true;
      open = given;
      given = null;
    }
    if (open != null) {
      open.close();
    }
  }
}

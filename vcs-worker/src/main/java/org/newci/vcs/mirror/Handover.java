package org.newci.vcs.mirror;

import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes over what another thread makes, and closes it when it is closed itself, also what is made
 * only afterwards: nothing stays open because nobody waited for it.
 */
final class Handover<T> implements AutoCloseable {

  private final Consumer<T> closer;
  private @Nullable T given;
  private boolean closed;

  /** One whose things are closed like that. */
  Handover(Consumer<T> closer) {
    this.closer = closer;
  }

  /**
   * Hands it over; answers the same.
   *
   * @throws CancellationException when it is wanted no more; it is closed then
   */
  T give(T made) {
    synchronized (this) {
      if (!closed) {
        given = made;
        return made;
      }
    }
    closer.accept(made);
    throw new CancellationException("wanted no more");
  }

  @Override
  public void close() {
    T open;
    synchronized (this) {
      closed = true;
      open = given;
      given = null;
    }
    if (open != null) {
      closer.accept(open);
    }
  }
}

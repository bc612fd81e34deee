package org.newci.controller.ledger;

import java.time.Duration;
import java.util.function.IntSupplier;

/** How many builds wait: counted now and then, and followed in between. */
final class WaitingCount {

  private final long goodForNanos;
  private int waiting = -1;
  private long counted;

  WaitingCount(Duration goodFor) {
    this.goodForNanos = goodFor.toNanos();
  }

  /**
   * @param count asks the database. Nobody else is held up while it does: it may hang.
   */
  int get(IntSupplier count) {
    long now = System.nanoTime();
    synchronized (this) {
      if (waiting >= 0 && now - counted <= goodForNanos) {
        return waiting;
      }
    }
    int found = count.getAsInt();
    synchronized (this) {
      waiting = found;
      counted = now;
    }
    return found;
  }

  synchronized void oneMore() {
    waiting += waiting < 0 ? 0 : 1;
  }

  synchronized void oneLess() {
    waiting -= waiting > 0 ? 1 : 0;
  }

  /** Something that was followed did not happen. */
  synchronized void forget() {
    waiting = -1;
  }
}

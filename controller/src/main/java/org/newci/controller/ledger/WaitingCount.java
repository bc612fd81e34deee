package org.newci.controller.ledger;

import java.time.Duration;
import org.jdbi.v3.core.Handle;

/** How many builds wait: counted now and then, and followed in between. */
final class WaitingCount {

  private final long goodForNanos;
  private int waiting = -1;
  private long counted;

  WaitingCount(Duration goodFor) {
    this.goodForNanos = goodFor.toNanos();
  }

  synchronized int get(Handle handle) {
    long now = System.nanoTime();
    if (waiting < 0 || now - counted > goodForNanos) {
      waiting =
          handle
              .createQuery("SELECT count(*) FROM build WHERE state = 'QUEUED'")
              .mapTo(Integer.class)
              .one();
      counted = now;
    }
    return waiting;
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

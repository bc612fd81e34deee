package org.newci.controller.build;

import java.time.Duration;
import org.newci.controller.SettableClock;

class MemoryLedgerTest extends BuildLedgerContract {

  private final SettableClock clock = new SettableClock(Given.START);
  private final MemoryLedger ledger = new MemoryLedger(clock);

  @Override
  protected BuildLedger ledger() {
    return ledger;
  }

  @Override
  protected BuildLedger reopened() {
    return ledger;
  }

  @Override
  protected void later(Duration time) {
    clock.forward(time);
  }
}

package org.newci.controller.build;

import java.time.Duration;
import org.newci.controller.SettableClock;

class MemoryLeasesTest extends LeasesContract {

  private static final Duration TIME = Duration.ofSeconds(30);

  private final SettableClock clock = new SettableClock(Given.START);
  private final MemoryLedger ledger = new MemoryLedger(clock);
  private final Leases one = ledger.leases("one", TIME);
  private final Leases other = ledger.leases("other", TIME);

  @Override
  protected BuildLedger ledger() {
    return ledger;
  }

  @Override
  protected Leases one() {
    return one;
  }

  @Override
  protected Leases other() {
    return other;
  }

  @Override
  protected void letLeasesExpire() {
    clock.forward(TIME.plusSeconds(1));
  }
}

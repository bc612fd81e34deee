package org.newci.shell.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailureLimitTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private final FailureLimit limit = new FailureLimit();

  private void fail(String address, int times) {
    for (int i = 0; i < times; i++) {
      limit.count(address, NOW);
    }
  }

  @Test
  void aBurstIsTakenAndTheNextMustWaitUntilTimeHasPassed() {
    fail("192.0.2.1", FailureLimit.BURST - 1);
    assertThat(limit.count("192.0.2.1", NOW)).isZero();
    assertThat(limit.count("192.0.2.1", NOW)).isEqualTo(Duration.ofSeconds(1));
    assertThat(limit.count("192.0.2.2", NOW)).as("others are not concerned").isZero();
    assertThat(limit.count("192.0.2.1", NOW.plusSeconds(1))).isZero();
  }

  @Test
  void oneNetworkOfVersionSixIsOnePeer() {
    fail("2001:db8:1:2::1", FailureLimit.BURST);
    assertThat(limit.count("2001:db8:1:2:ffff::9", NOW)).isPositive();
    assertThat(limit.count("2001:db8:1:3::1", NOW)).isZero();
  }

  @Test
  void theTableHasALimit() {
    for (int i = 0; i < 20_000; i++) {
      limit.count("10.%d.%d.%d".formatted(i >> 16, (i >> 8) & 0xff, i & 0xff), NOW);
    }
    assertThat(limit.size()).isEqualTo(10_000);
  }
}

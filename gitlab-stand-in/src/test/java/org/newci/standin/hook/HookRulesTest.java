package org.newci.standin.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HookRulesTest {

  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

  private static HookHealth failed(int times) {
    HookHealth health = HookHealth.GOOD;
    for (int i = 0; i < times; i++) {
      health = health.after(false, NOW);
    }
    return health;
  }

  @Test
  void aHookRestsLongerEachTimeAndIsOffAfterForty() {
    assertThat(failed(3).word(NOW)).isEqualTo("executable");
    assertThat(failed(4).disabledUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(1)));
    assertThat(failed(5).disabledUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(2)));
    assertThat(failed(39).disabledUntil()).isEqualTo(NOW.plus(Duration.ofHours(24)));
    assertThat(failed(4).word(NOW)).isEqualTo("temporarily_disabled");
    assertThat(failed(4).isExecutable(NOW.plusSeconds(60))).isTrue();
    assertThat(failed(40).word(NOW.plus(Duration.ofDays(2)))).isEqualTo("disabled");
    assertThat(failed(20).after(true, NOW)).isEqualTo(HookHealth.GOOD);
  }

  @Test
  void faultsComeAsOftenAsTheyAreAskedFor() {
    HookFaults faults = HookFaults.parse("lose=0.25,double=0.5,delay=1:10ms,seed=5");
    var fates = IntStream.range(0, 1000).mapToObj(i -> faults.next()).toList();
    assertThat(fates.stream().filter(HookFaults.Fate::lost).count()).isBetween(200L, 300L);
    assertThat(fates.stream().filter(HookFaults.Fate::twice).count()).isBetween(430L, 570L);
    assertThat(fates).allMatch(fate -> !fate.delay().isZero() && fate.late().isZero());
    assertThat(HookFaults.NONE.next())
        .isEqualTo(new HookFaults.Fate(false, false, Duration.ZERO, Duration.ZERO));
  }

  @Test
  void branchesAreFiltered() {
    assertThat(new BranchFilter("wildcard", "release/*").lets("release/1")).isTrue();
    assertThat(new BranchFilter("wildcard", "release/*").lets("x-release/1")).isFalse();
    assertThat(new BranchFilter("wildcard", "a.b").lets("aXb")).isFalse();
    assertThat(new BranchFilter("regex", "^v\\d+$").lets("v12")).isTrue();
    assertThat(new BranchFilter("all_branches", "x").lets("y")).isTrue();
    assertThat(new BranchFilter("wildcard", null).lets("y")).isTrue();
  }
}

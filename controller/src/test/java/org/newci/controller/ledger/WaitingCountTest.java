package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class WaitingCountTest {

  private final WaitingCount count = new WaitingCount(Duration.ofHours(1));

  @Test
  void isFollowedBetweenTwoCounts() {
    assertThat(count.get(() -> 7)).isEqualTo(7);
    count.oneMore();
    count.oneMore();
    count.oneLess();
    assertThat(count.get(() -> 0)).isEqualTo(8);
    count.forget();
    assertThat(count.get(() -> 3)).isEqualTo(3);
  }

  /**
   * Else all who submit while the database hangs wait for each other, one silence after another.
   */
  @Test
  void aCountThatHangsHoldsUpNobody() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Thread hanging = Thread.startVirtualThread(() -> count.get(() -> hang(begun, end)));
    begun.await();
    assertTimeoutPreemptively(Duration.ofSeconds(10), count::forget);
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(10), () -> count.get(() -> 1)))
        .isEqualTo(1);
    end.countDown();
    hanging.join();
  }

  private static int hang(CountDownLatch begun, CountDownLatch end) {
    begun.countDown();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 5;
  }
}

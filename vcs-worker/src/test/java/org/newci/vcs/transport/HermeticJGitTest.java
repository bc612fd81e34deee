package org.newci.vcs.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.Test;

class HermeticJGitTest {

  @Test
  void jgitReadsTheMachinesClock() {
    HermeticJGit.install();
    Instant before = java.time.Clock.systemUTC().instant();
    assertThat(SystemReader.getInstance().now())
        .isBetween(before.minus(Duration.ofSeconds(1)), before.plus(Duration.ofMinutes(1)));
  }
}

package org.newci.vcs.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.util.FS;
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

  @Test
  void noConfigurationOfThisMachineIsRead() throws Exception {
    HermeticJGit.install();
    SystemReader reader = SystemReader.getInstance();
    assertThat(reader.openUserConfig(null, FS.DETECTED).getFile()).isNull();
    assertThat(reader.openSystemConfig(null, FS.DETECTED).getFile()).isNull();
    assertThat(reader.openJGitConfig(null, FS.DETECTED).getFile()).isNull();
    assertThat(reader.getUserConfig().getSections()).isEmpty();
    assertThat(reader.getenv("GIT_SSH")).isNull();
    assertThat(reader.getenv("PATH")).isNotNull();
  }

  @Test
  void theFileSystemsTimesAreNotMeasured() throws Exception {
    HermeticJGit.install();
    long nanos =
        SystemReader.getInstance()
            .getUserConfig()
            .getTimeUnit("filesystem", "any disk", "timestampResolution", 0, TimeUnit.NANOSECONDS);
    assertThat(Duration.ofNanos(nanos)).isEqualTo(Duration.ofMillis(10));
  }
}

package org.newci.runner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.newci.neighbours.NeedsProgram;

@NeedsProgram({"setpriv"})
class SpawnerTest {

  /** A process tied to its parent thread must outlive the thread that asked for it. */
  @Test
  void aProcessOutlivesWhoAskedForIt() throws Exception {
    ProcessBuilder sleep = new ProcessBuilder("setpriv", "--pdeathsig", "KILL", "sleep", "60");
    AtomicReference<Process> started = new AtomicReference<>();
    try (Spawner spawner = new Spawner()) {
      Thread asking =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      started.set(spawner.start(sleep));
                    } catch (java.io.IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  });
      asking.join();
      assertThat(started.get().waitFor(2, TimeUnit.SECONDS)).isFalse();
    }
    assertThat(started.get().waitFor(10, TimeUnit.SECONDS)).as("ends with the spawner").isTrue();
  }
}

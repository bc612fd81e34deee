package org.newci.controller.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten thousand lives of controllers, each from one seed: the real decisions, queue, gate and
 * effects, on one thread of time, with the world in memory. {@code -Dseed=N} lives that one alone;
 * {@code -Dseeds=N} that many. A seed that fails is kept as a test of its own.
 */
class SimulationTest {

  private static final int SEEDS = Integer.getInteger("seeds", 10_000);
  private static final int TRIED_FOR_A_BUG = 1_000;

  private static final PrintStream ERR = System.err;

  /** A hundred thousand lines about lost answers, which nobody reads. */
  @BeforeAll
  static void beSilent() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
  }

  @AfterAll
  static void speak() {
    System.setErr(ERR);
  }

  private static Map<Invariant, String> live(long seed) {
    return new Life(seed, null).live();
  }

  @Test
  void everyLifeKeepsEveryPromise() throws Exception {
    Long only = Long.getLong("seed");
    if (only != null) {
      assertThat(live(only)).as("seed " + only).isEmpty();
      return;
    }
    Map<Long, Map<Invariant, String>> broken = new TreeMap<>();
    AtomicLong next = new AtomicLong(1);
    List<Future<?>> all = new ArrayList<>();
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
      for (int i = 0; i < threads; i++) {
        all.add(
            pool.submit(
                () -> {
                  for (long seed = next.getAndIncrement();
                      seed <= SEEDS;
                      seed = next.getAndIncrement()) {
                    Map<Invariant, String> found = live(seed);
                    if (!found.isEmpty()) {
                      synchronized (broken) {
                        broken.put(seed, found);
                      }
                    }
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(broken).as("run one with -Dseed=N").isEmpty();
  }

  /** The clock went over the grace of a cancelled pipeline before GitLab was asked to end it. */
  @ParameterizedTest
  @ValueSource(longs = {638, 1_246, 7_993})
  void aCancelledPipelineIsAskedToEndHoweverLateItIs(long seed) {
    assertThat(live(seed)).isEmpty();
  }

  /** Too few heads of the queue were read: whose head another controller took lost a turn. */
  @ParameterizedTest
  @ValueSource(longs = {2_268, 3_954, 6_779})
  void nobodyIsPassedOverBecauseFewHeadsWereRead(long seed) {
    assertThat(live(seed)).isEmpty();
  }

  /** Another finished the build, deployments were stopped, and it was asked for once more. */
  @ParameterizedTest
  @ValueSource(longs = {10_688, 21_169, 23_635})
  void whoStoodStillAsksForNoDeploymentThatIsAnothers(long seed) {
    assertThat(live(seed)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Planted.class)
  void aPlantedBugBreaksItsInvariant(Planted bug) {
    for (long seed = 1; seed <= TRIED_FOR_A_BUG; seed++) {
      if (new Life(seed, bug).live().containsKey(bug.breaks())) {
        return;
      }
    }
    throw new AssertionError("%s does not break %s".formatted(bug, bug.breaks()));
  }

  @Test
  void everyInvariantHasAPlantedBug() {
    assertThat(Planted.values()).extracting(Planted::breaks).contains(Invariant.values());
  }

  /** Right before each commit of these lives, and right after it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aCrashAtAnyCommitLosesNothing(long seed) {
    Life whole = new Life(seed, null, 0, 0);
    assertThat(whole.live()).isEmpty();
    for (int commit = 1; commit <= whole.commits(); commit++) {
      for (int after = 0; after <= 1; after++) {
        assertThat(new Life(seed, null, commit, after).live())
            .as("seed %d, crash %s commit %d", seed, after == 0 ? "before" : "after", commit)
            .isEmpty();
      }
    }
  }

  @Test
  void oneSeedIsOneLife() {
    for (long seed = 1; seed <= 20; seed++) {
      Life one = new Life(seed, null);
      one.live();
      Life same = new Life(seed, null);
      same.live();
      assertThat(same.ledger.all()).isEqualTo(one.ledger.all());
      assertThat(same.schedule.steps()).isEqualTo(one.schedule.steps());
    }
  }
}

package org.newci.controller.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.newci.controller.build.BuildLedger.Fresh;
import org.newci.controller.build.BuildLedger.KeyTaken;
import org.newci.controller.build.BuildLedger.Known;
import org.newci.controller.build.BuildLedger.OnceKey;
import org.newci.controller.build.BuildLedger.ProjectTaken;
import org.newci.controller.build.BuildLedger.QueueFull;
import org.newci.controller.queue.Turns;

/** What every ledger has to do. */
public abstract class BuildLedgerContract {

  private static final int LIMIT = 10_000;

  protected abstract BuildLedger ledger();

  /** The same builds in a ledger that was opened anew. */
  protected abstract BuildLedger reopened();

  /** Lets time pass for the ledger. */
  protected abstract void later(Duration time);

  private Build add(String project) {
    Build build = Build.of(Given.id(), Given.order(project, "app.bin"));
    return ((Fresh) ledger().add(build, null, LIMIT)).build();
  }

  private Decision.Move move(Build build, BuildEvent event) {
    return (Decision.Move)
        new Decider(Limits.standard()).decide(build, event, Given.START.plusNanos(123_456_789));
  }

  private Build advance(Build build, BuildEvent event) {
    Decision.Move move = move(build, event);
    assertThat(ledger().advance(move, event, Given.START)).isTrue();
    return move.next();
  }

  private List<BuildId> startable(int concurrent) {
    return new Turns(Limits.standard().withNumbers(concurrent, concurrent, LIMIT))
        .next(ledger().queue(concurrent));
  }

  @Test
  void whatWasAddedIsFoundAsItWas() {
    Build build = add("a");
    assertThat(build.rank()).isPositive();
    assertThat(ledger().find(build.id())).contains(build);
    assertThat(reopened().find(build.id())).contains(build);
    assertThat(ledger().find(Given.id())).isEqualTo(Optional.empty());
  }

  @Test
  void everyStandingSurvivesAsItWas() {
    Build build = add("a");
    List<BuildEvent> way =
        List.of(
            new BuildEvent.Started(),
            Given.mirrored(),
            Given.listed(41),
            Given.looked("pending", Given.job("x", "pending", null, null)),
            Given.looked("success"),
            Given.collected(),
            Given.deployed());
    for (BuildEvent event : way) {
      build = advance(build, event);
      assertThat(ledger().find(build.id())).contains(build);
      assertThat(reopened().find(build.id())).contains(build);
    }
  }

  @Test
  void theSecondWriterOfTheSameVersionLoses() {
    Build build = add("a");
    Decision.Move started = move(build, new BuildEvent.Started());
    Decision.Move cancelled = move(build, Given.cancel());
    assertThat(ledger().advance(started, new BuildEvent.Started(), Given.START)).isTrue();
    assertThat(ledger().advance(cancelled, Given.cancel(), Given.START)).isFalse();
    assertThat(ledger().find(build.id())).contains(started.next());
  }

  @Test
  void oneOfManyWritersWins() throws Exception {
    Build build = add("a");
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Decision.Move started = move(build, new BuildEvent.Started());
      writers.add(() -> ledger().advance(started, new BuildEvent.Started(), Given.START));
    }
    int won = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> future : threads.invokeAll(writers)) {
        won += future.get() ? 1 : 0;
      }
    }
    assertThat(won).isEqualTo(1);
  }

  @Test
  void theFirstOfEachFreeProjectMayStartInOrder() {
    Build a1 = add("a");
    Build a2 = add("a");
    Build b1 = add("b");
    Build c1 = add("c");
    assertThat(startable(20)).containsExactly(a1.id(), b1.id(), c1.id());
    assertThat(startable(2)).containsExactly(a1.id(), b1.id());
    Build started = advance(a1, new BuildEvent.Started());
    assertThat(startable(20)).containsExactly(b1.id(), c1.id());
    assertThat(startable(2)).containsExactly(b1.id());
    assertThat(startable(1)).isEmpty();
    advance(started, new BuildEvent.StepFailed(BuildState.MIRRORING, "No."));
    assertThat(startable(20)).containsExactly(a2.id(), b1.id(), c1.id());
  }

  @Test
  void ofEachSubmitterOnlyTheOldestHeadsAreRead() {
    Build a = add("a");
    Build b = add("b");
    Build c = add("c");
    assertThat(ledger().queue(2).heads())
        .extracting(BuildLedger.Waiting::id)
        .containsExactly(a.id(), b.id());
    assertThat(ledger().queue(Integer.MAX_VALUE).heads()).hasSize(3);
    assertThat(ledger().underWay()).isZero();
    advance(a, new BuildEvent.Started());
    assertThat(ledger().underWay()).isEqualTo(1);
    assertThat(ledger().queue(1).heads())
        .extracting(BuildLedger.Waiting::id)
        .containsExactly(b.id());
    assertThat(ledger().queue(2).heads())
        .extracting(BuildLedger.Waiting::id)
        .containsExactly(b.id(), c.id());
  }

  @Test
  void activeBuildsAreRememberedWithWhatTheyWant() {
    add("a");
    Build b = advance(add("b"), new BuildEvent.Started());
    Build c = advance(advance(add("c"), new BuildEvent.Started()), Given.mirrored());
    List<BuildLedger.Active> expected =
        List.of(
            new BuildLedger.Active(b, Set.of(Effect.MIRROR)),
            new BuildLedger.Active(c, Set.of(Effect.WATCH)));
    assertThat(ledger().active()).isEqualTo(expected);
    assertThat(reopened().active()).isEqualTo(expected);
  }

  @Test
  void aRepeatedSubmissionIsTheFirstBuild() {
    OnceKey key = new OnceKey("ann", "k1", "digest");
    Build first = Build.of(Given.id(), Given.order("a", null));
    assertThat(ledger().add(first, key, LIMIT)).isInstanceOf(Fresh.class);
    Build again = Build.of(Given.id(), Given.order("a", null));
    assertThat(ledger().add(again, key, LIMIT)).isEqualTo(new Known(first.id()));
    assertThat(reopened().add(again, key, LIMIT)).isEqualTo(new Known(first.id()));
    assertThat(ledger().find(again.id())).isEmpty();
    assertThat(ledger().add(again, new OnceKey("ann", "k1", "other"), LIMIT))
        .isEqualTo(new KeyTaken());
    assertThat(ledger().add(again, new OnceKey("bob", "k1", "other"), LIMIT))
        .isInstanceOf(Fresh.class);
  }

  @Test
  void theFirstRepositoryOfAProjectKeepsIt() {
    Order first = Given.order("a", null).granted("p", Grant.STANDARD);
    Order second = Given.order("b", null).granted("p", Grant.STANDARD);
    assertThat(ledger().add(Build.of(Given.id(), first), null, LIMIT)).isInstanceOf(Fresh.class);
    Build taken = Build.of(Given.id(), second);
    assertThat(ledger().add(taken, null, LIMIT)).isEqualTo(new ProjectTaken());
    assertThat(ledger().find(taken.id())).isEmpty();
    BuildLedger later = reopened();
    assertThat(later.add(taken, null, LIMIT)).isEqualTo(new ProjectTaken());
    assertThat(later.add(Build.of(Given.id(), first), null, LIMIT)).isInstanceOf(Fresh.class);
    Order elsewhere = second.granted("q", Grant.STANDARD);
    assertThat(later.add(Build.of(Given.id(), elsewhere), null, LIMIT)).isInstanceOf(Fresh.class);
  }

  @Test
  void oneOfManyRepositoriesGetsAProject() throws Exception {
    List<Callable<BuildLedger.Added>> askers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Order order = Given.order("r" + i, null).granted("p", Grant.STANDARD);
      askers.add(() -> ledger().add(Build.of(Given.id(), order), null, LIMIT));
    }
    int got = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<BuildLedger.Added> future : threads.invokeAll(askers)) {
        got += future.get() instanceof Fresh ? 1 : 0;
      }
    }
    assertThat(got).isEqualTo(1);
  }

  @Test
  void aKeyIsForgottenAfterADay() {
    OnceKey key = new OnceKey("ann", "k1", "digest");
    ledger().add(Build.of(Given.id(), Given.order("a", null)), key, LIMIT);
    later(Duration.ofHours(24).plusSeconds(1));
    assertThat(ledger().add(Build.of(Given.id(), Given.order("a", null)), key, LIMIT))
        .isInstanceOf(Fresh.class);
  }

  @Test
  void aFullQueueTakesNoMore() {
    Build a = add("a");
    add("b");
    Build c = Build.of(Given.id(), Given.order("c", null));
    assertThat(ledger().add(c, null, 2)).isEqualTo(new QueueFull(2));
    advance(a, new BuildEvent.Started());
    assertThat(ledger().add(c, null, 2)).isInstanceOf(Fresh.class);
    Build d = Build.of(Given.id(), Given.order("d", null));
    assertThat(reopened().add(d, null, 2)).isEqualTo(new QueueFull(2));
    advance(ledger().find(c.id()).orElseThrow(), Given.cancel());
    assertThat(ledger().add(d, null, 2)).isInstanceOf(Fresh.class);
    assertThat(ledger().add(Build.of(Given.id(), Given.order("e", null)), null, 2))
        .isEqualTo(new QueueFull(2));
  }

  @Test
  void sequencesOnlyGrow() {
    Build build = add("a");
    long first = ledger().nextSequence();
    long second = ledger().nextSequence();
    assertThat(second).isGreaterThan(first);
    for (BuildEvent event :
        List.of(
            new BuildEvent.Started(),
            Given.mirrored(),
            Given.listed(41),
            Given.looked("success"))) {
      build = advance(build, event);
    }
    var answer = Given.collected().answer();
    advance(build, new BuildEvent.Collected(answer, second));
    assertThat(reopened().nextSequence()).isGreaterThan(second);
  }

  @Test
  void timesKeepTheirNanoseconds() {
    Build build = advance(add("a"), new BuildEvent.Started());
    Instant start = ledger().find(build.id()).orElseThrow().stepStart();
    assertThat(start).isEqualTo(Given.START.plusNanos(123_456_789));
  }
}

package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.newci.contracts.controller.BuildSummary;
import org.newci.controller.SettableClock;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildLedgerContract;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Decider;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Given;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Outcome;
import org.newci.controller.show.History;
import org.newci.shell.json.Json;

/** What the ledger in a database has to do beside. */
abstract class SqlLedgerContract extends BuildLedgerContract {

  private static final History.Wanted ALL = new History.Wanted(100_000, 100_000, null, false);

  private final SettableClock clock = new SettableClock(Given.START);
  private Database database;
  private SqlLedger ledger;

  /** Opens the same database each time. */
  abstract Database open() throws Exception;

  /** A connection of its own to that database. */
  abstract Connection direct() throws Exception;

  @BeforeEach
  void begin() throws Exception {
    database = open();
    ledger = new SqlLedger(database, clock);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected BuildLedger ledger() {
    return ledger;
  }

  @Override
  protected BuildLedger reopened() {
    database.close();
    try {
      begin();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return ledger;
  }

  @Override
  protected void later(Duration time) {
    clock.forward(time);
  }

  private Build add(String project) {
    Build build = Build.of(Given.id(), Given.order(project, "app.bin"));
    return ((BuildLedger.Fresh) ledger.add(build, null, 100)).build();
  }

  @Test
  void theEventLogRepeatsEveryDecision() {
    Decider decider = new Decider(Limits.standard());
    Build build = add("a");
    Build first = build;
    List<BuildEvent> way =
        List.of(
            new BuildEvent.Started(),
            Given.mirrored(),
            Given.listed(41),
            Given.looked("failed", Given.job("x", "failed", 3, "script_failure")));
    for (BuildEvent event : way) {
      Decision.Move move = (Decision.Move) decider.decide(build, event, clock.instant());
      assertThat(ledger.advance(move, event, clock.instant())).isTrue();
      build = move.next();
      clock.forward(Duration.ofMillis(1_500));
    }
    List<History.Happening> log = new SqlHistory(database).after(build.id(), 0, 100);
    assertThat(log).extracting(History.Happening::seq).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(log.getFirst().event()).isEqualTo(new BuildEvent.Submitted(build.order()));
    Build replayed = first;
    for (History.Happening happening : log.subList(1, log.size())) {
      replayed =
          ((Decision.Move) decider.decide(replayed, happening.event(), happening.at())).next();
    }
    assertThat(replayed).isEqualTo(build);
    assertThat(log.getLast().outcome()).isEqualTo("failed");
  }

  @Test
  void theEventLogCannotBeEdited() throws Exception {
    add("a");
    try (Connection direct = direct();
        Statement sql = direct.createStatement()) {
      assertThatThrownBy(() -> sql.executeUpdate("UPDATE event SET sentence = ''"))
          .hasMessageContaining("never edited");
      assertThatThrownBy(() -> sql.executeUpdate("DELETE FROM event"))
          .hasMessageContaining("never edited");
    }
  }

  @Test
  void oneFailedWriteDoesNotHarmItsNeighbours() throws Exception {
    Build a = add("a");
    List<Thread> threads = new ArrayList<>();
    List<Object> results = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean bad = i % 4 == 0;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Build next = bad ? a : Build.of(Given.id(), Given.order("x", null));
                      results.add(ledger.add(next, null, 1_000));
                    } catch (RuntimeException e) {
                      results.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(results).filteredOn(r -> r instanceof BuildLedger.Fresh).hasSize(30);
    assertThat(results).filteredOn(r -> r instanceof RuntimeException).hasSize(10);
    assertThat(lines(new SqlHistory(database), ALL)).hasSize(31);
  }

  @Test
  void aLineSaysWhatASummarySays() throws Exception {
    Build odd = Build.of(Given.id(), Given.order("a", "\"ü\\ \u2028'$1'"));
    ledger.add(odd, null, 10);
    Build plain =
        ((BuildLedger.Fresh) ledger.add(Build.of(Given.id(), Given.order("b", null)), null, 10))
            .build();
    Decision.Move over =
        (Decision.Move) new Decider(Limits.standard()).decide(plain, Given.cancel(), Given.START);
    ledger.advance(over, Given.cancel(), Given.START);
    List<BuildSummary> summaries = new ArrayList<>();
    for (History.Line line : lines(new SqlHistory(database), ALL)) {
      summaries.add(Json.lenient().readValue(line.summary(), BuildSummary.class));
    }
    assertThat(summaries).containsExactly(summary(odd), summary(over.next()));
  }

  private static BuildSummary summary(Build build) {
    Outcome outcome = build.outcome();
    return new BuildSummary(
        build.order().repo(),
        build.order().ref(),
        build.order().artifact(),
        build.state().word(),
        outcome == null ? null : outcome.word(),
        build.sentence(),
        build.order().createdAt());
  }

  @Test
  void linesShowEveryBuildOnce() {
    Build a = add("a");
    add("b");
    Decision.Move started =
        (Decision.Move)
            new Decider(Limits.standard()).decide(a, new BuildEvent.Started(), Given.START);
    ledger.advance(started, new BuildEvent.Started(), Given.START);
    List<History.Line> lines = lines(new SqlHistory(database), ALL);
    assertThat(lines)
        .extracting(History.Line::state)
        .containsExactly(BuildState.QUEUED, BuildState.MIRRORING);
  }

  @Test
  void anArchivedBuildIsFoundWithAllThatHappenedToIt() {
    Build young = add("young");
    Build a = add("a");
    for (BuildEvent event :
        List.of(new BuildEvent.Started(), new BuildEvent.StepFailed(BuildState.MIRRORING, "No."))) {
      Decision.Move move =
          (Decision.Move) new Decider(Limits.standard()).decide(a, event, Given.START);
      assertThat(ledger.advance(move, event, Given.START)).isTrue();
      a = move.next();
    }
    SqlHistory history = new SqlHistory(database);
    List<History.Happening> log = history.after(a.id(), 0, 100);
    List<History.Whole> whole = history.whole(0, 100);
    SqlArchive archive = new SqlArchive(database);
    assertThat(archive.move(Given.START, 100)).isZero();
    assertThat(archive.move(Given.START.plusSeconds(1), 100)).isEqualTo(1);
    assertThat(archive.move(Given.START.plusSeconds(1), 100)).isZero();
    assertThat(ledger.find(a.id())).contains(a);
    assertThat(history.after(a.id(), 0, 100)).isEqualTo(log).hasSize(3);
    assertThat(history.after(a.id(), 2, 100)).hasSize(1);
    assertThat(history.whole(0, 100)).isEqualTo(whole).hasSize(2);
    assertThat(lines(history, ALL)).extracting(History.Line::id).contains(a.id().text());
    assertThat(history.overview(ALL, repo -> true, line -> {}).finished()).isEqualTo(1);
    assertThat(ledger.find(young.id())).contains(young);
  }

  @Test
  void theNewestFinishedBuildsAreShownAndAllAreCounted() {
    for (int i = 0; i < 5; i++) {
      Build build = add("p" + i);
      Instant end = Given.START.plusSeconds(i);
      Decision.Move move =
          (Decision.Move) new Decider(Limits.standard()).decide(build, Given.cancel(), end);
      assertThat(ledger.advance(move, Given.cancel(), end)).isTrue();
    }
    SqlHistory history = new SqlHistory(database);
    History.Wanted two = new History.Wanted(100_000, 2, null, false);
    assertThat(lines(history, two))
        .extracting(History.Line::repo)
        .containsExactly("https://git.example/p4", "https://git.example/p3");
    assertThat(history.overview(two, repo -> true, line -> {}).finished()).isEqualTo(5);
    History.Wanted all = new History.Wanted(100_000, 2, null, true);
    assertThat(history.overview(all, repo -> true, line -> {}).finished()).isEqualTo(5);
    History.Wanted late = new History.Wanted(100_000, 100, Given.START.plusSeconds(3), false);
    assertThat(lines(history, late)).hasSize(2);
    List<History.Line> some = new ArrayList<>();
    assertThat(history.overview(two, repo -> repo.endsWith("p0"), some::add).finished())
        .isEqualTo(1);
    assertThat(some).extracting(History.Line::repo).containsExactly("https://git.example/p0");
  }

  @Test
  void theFirstOfTheQueueAreShownAndAllAreCounted() {
    for (int i = 0; i < 5; i++) {
      add("p" + i);
    }
    SqlHistory history = new SqlHistory(database);
    for (boolean readsAll : List.of(true, false)) {
      History.Wanted two = new History.Wanted(2, 10, null, readsAll);
      List<History.Line> lines = new ArrayList<>();
      assertThat(history.overview(two, repo -> true, lines::add))
          .isEqualTo(new History.Totals(5, 0));
      assertThat(lines)
          .extracting(History.Line::repo)
          .containsExactly("https://git.example/p0", "https://git.example/p1");
    }
    List<History.Line> own = new ArrayList<>();
    History.Wanted one = new History.Wanted(1, 10, null, false);
    assertThat(history.overview(one, repo -> !repo.endsWith("p0"), own::add))
        .isEqualTo(new History.Totals(4, 0));
    assertThat(own).extracting(History.Line::repo).containsExactly("https://git.example/p1");
  }

  /** More than are read at a time, those of one moment among them. */
  @Test
  void aLongListIsReadToItsEnd() {
    int builds = 2_050;
    for (int i = 0; i < builds; i++) {
      Build build = add("p" + i);
      Instant end = Given.START.plusSeconds(i / 100);
      Decision.Move move =
          (Decision.Move) new Decider(Limits.standard()).decide(build, Given.cancel(), end);
      assertThat(ledger.advance(move, Given.cancel(), end)).isTrue();
    }
    List<History.Line> all = lines(new SqlHistory(database), ALL);
    assertThat(all).extracting(History.Line::id).doesNotHaveDuplicates().hasSize(builds);
    assertThat(all.getLast().repo()).isEqualTo("https://git.example/p0");
  }

  static List<History.Line> lines(SqlHistory history, History.Wanted wanted) {
    List<History.Line> lines = new ArrayList<>();
    history.overview(wanted, repo -> true, lines::add);
    return lines;
  }
}

package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.newci.controller.SettableClock;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Decider;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Given;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Order;
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.DeploymentStops;
import org.newci.controller.registry.ProjectClaims;
import org.newci.controller.watch.WatchedRefs;

/** What the claims, the stops and the watched refs have to do, in either kind of database. */
abstract class SqlStoresContract {

  private final SettableClock clock = new SettableClock(Given.START);
  private Database database;

  abstract Database open();

  @BeforeEach
  void begin() {
    database = open();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void reopen() {
    close();
    begin();
  }

  @Test
  void repositoriesThatHaveAProjectAreKnownNewestFirst() {
    SqlLedger ledger = new SqlLedger(database, clock);
    Order first = Given.order("a", null);
    ledger.add(Build.of(Given.id(), first), null, 10);
    clock.forward(Duration.ofSeconds(1));
    Order second = Given.order("b", null);
    ledger.add(Build.of(Given.id(), second), null, 10);
    ledger.add(Build.of(Given.id(), second), null, 10);
    ProjectClaims claims = new SqlClaims(database, clock);
    assertThat(claims.known(10))
        .extracting(ProjectClaims.Known::url)
        .containsExactly(second.repo(), first.repo());
    assertThat(claims.known(1)).hasSize(1);
  }

  @Test
  void itsStateIsAnotherAfterEveryWriteAndTheSameWithoutOne() {
    SqlLedger ledger = new SqlLedger(database, clock);
    String before = stateAfter(() -> {});
    Build build = Build.of(Given.id(), Given.order("a", null));
    ledger.add(build, null, 10);
    assertThat(database.state()).isNotEqualTo(before);
    assertThat(stateAfter(() -> assertThat(ledger.find(build.id())).isPresent()))
        .isNotEqualTo(before);
  }

  /** What does not change by reading; PostgreSQL's own upkeep may write in between. */
  private String stateAfter(Runnable reading) {
    for (int tries = 0; tries < 100; tries++) {
      String before = database.state();
      reading.run();
      if (database.state().equals(before)) {
        return before;
      }
    }
    throw new AssertionError("its state never stays as it is");
  }

  @Test
  void aStopIsInForceUntilItIsRemovedAndBothAreLogged() {
    DeploymentStops stops = new SqlStops(database);
    DeploymentStop stop = new DeploymentStop("prod", "it burns", "ann", Given.START);
    assertThat(stops.add(stop)).isEqualTo(stop);
    DeploymentStop other = new DeploymentStop("prod", "mine", "bob", Given.START);
    assertThat(stops.add(other)).isEqualTo(stop);
    reopen();
    DeploymentStops later = new SqlStops(database);
    assertThat(later.inForce()).containsExactly(stop);
    Instant at = Given.START.plusSeconds(5);
    assertThat(later.remove("prod", "bob", "it is out", at)).contains(stop);
    assertThat(later.remove("prod", "bob", "again", at)).isEmpty();
    assertThat(later.inForce()).isEmpty();
    assertThat(later.log(10))
        .extracting(DeploymentStops.Entry::kind, DeploymentStops.Entry::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("resume", "it is out"),
            org.assertj.core.groups.Tuple.tuple("stop", "it burns"));
    assertThat(later.log(1)).hasSize(1);
  }

  @Test
  void noDeploymentBeginsAfterAStopWhoeverWasToldOfIt() {
    SqlLedger ledger = new SqlLedger(database, clock);
    Decider decider = new Decider(Limits.standard());
    Build build = Build.of(Given.id(), Given.order("a", "app.bin"));
    build = ((BuildLedger.Fresh) ledger.add(build, null, 10)).build();
    List<BuildEvent> way =
        List.of(
            new BuildEvent.Started(),
            Given.mirrored(),
            Given.listed(41),
            Given.looked("success"),
            Given.collected());
    for (BuildEvent event : way) {
      Decision.Move move = (Decision.Move) decider.decide(build, event, Given.START);
      assertThat(ledger.advance(move, event, Given.START)).isTrue();
      build = move.next();
    }
    BuildEvent begun = new BuildEvent.DeployBegun();
    Decision.Move move = (Decision.Move) decider.decide(build, begun, Given.START);
    DeploymentStops stops = new SqlStops(database);
    stops.add(new DeploymentStop("*", "it burns", "ann", Given.START));
    assertThat(ledger.advance(move, begun, Given.START)).isFalse();
    assertThat(stops.remove("*", "ann", "it is out", Given.START)).isPresent();
    assertThat(ledger.advance(move, begun, Given.START)).isTrue();
  }

  @Test
  void theNewestCommitOfARefIsRemembered() {
    WatchedRefs refs = new SqlWatchedRefs(database);
    assertThat(refs.last("r", "refs/heads/main")).isEmpty();
    refs.saw("r", "refs/heads/main", new WatchedRefs.Seen("c1", 1));
    refs.saw("r", "refs/heads/main", new WatchedRefs.Seen("c2", 2));
    refs.saw("r", "refs/heads/other", new WatchedRefs.Seen("c9", 1));
    reopen();
    assertThat(new SqlWatchedRefs(database).last("r", "refs/heads/main"))
        .contains(new WatchedRefs.Seen("c2", 2));
  }

  @Test
  void theNewestBuildOfARefIsFound() {
    SqlLedger ledger = new SqlLedger(database, clock);
    WatchedRefs refs = new SqlWatchedRefs(database);
    Build build = Build.of(Given.id(), Given.order("a", null));
    String repo = build.order().repo();
    assertThat(refs.newestBuilds(repo, build.order().ref())).isEmpty();
    ledger.add(build, null, 10);
    Build later = Build.of(Given.id(), Given.order("a", "app.bin"));
    ledger.add(later, null, 10);
    assertThat(refs.newestBuilds(repo, build.order().ref()))
        .extracting(Build::id)
        .containsExactly(later.id(), build.id());
  }
}

package org.newci.controller.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.DeploymentStops;
import org.newci.controller.registry.ProjectClaims;
import org.newci.controller.registry.RepoUrl;
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
  void theFirstRepositoryOfAProjectKeepsIt() {
    RepoUrl first = RepoUrl.parse("https://example.org/a.git");
    RepoUrl second = RepoUrl.parse("https://example.org/b.git");
    ProjectClaims claims = new SqlClaims(database, clock);
    assertThat(claims.claim("p", first)).isTrue();
    clock.forward(Duration.ofSeconds(1));
    assertThat(claims.claim("p", second)).isFalse();
    assertThat(claims.claim("q", second)).isTrue();
    reopen();
    ProjectClaims later = new SqlClaims(database, clock);
    assertThat(later.claim("p", second)).isFalse();
    assertThat(later.claim("p", first)).isTrue();
    assertThat(later.known(10))
        .extracting(ProjectClaims.Known::url)
        .containsExactly(second.text(), first.text());
    assertThat(later.known(1)).hasSize(1);
  }

  @Test
  void oneOfManyWhoClaimAtOnceGetsIt() throws Exception {
    List<Callable<Boolean>> askers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      RepoUrl repo = RepoUrl.parse("https://example.org/%d.git".formatted(i));
      ProjectClaims claims = new SqlClaims(database, clock);
      askers.add(() -> claims.claim("p", repo));
    }
    int got = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> future : threads.invokeAll(askers)) {
        got += future.get() ? 1 : 0;
      }
    }
    assertThat(got).isEqualTo(1);
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

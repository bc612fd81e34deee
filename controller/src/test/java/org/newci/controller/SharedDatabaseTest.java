package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.ledger.PostgresAddress;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

/** Two controllers on one database, with the same workers around them. */
@NeedsProgram("postgres")
class SharedDatabaseTest {

  private static final String REPO = "https://git.example/hello";

  @TempDir Path dir;
  private Rig one;
  private Rig other;

  @BeforeEach
  void start() throws Exception {
    PostgresAddress address = new PostgresAddress(PostgreSql.shared().freshDatabase(), null, null);
    ControllerConfig.Sharing sharing =
        new ControllerConfig.Sharing(Duration.ofSeconds(30), Duration.ZERO);
    one = new Rig(dir.resolve("one")).database(address, sharing).start();
    other = one.beside(dir.resolve("other")).database(address, sharing).start();
  }

  @AfterEach
  void stop() {
    one.vcs.release();
    one.deployer.release();
    other.close();
    one.close();
  }

  @Test
  void whatIsPostedToOneIsSeenAndFollowedAtTheOther() throws Exception {
    one.vcs.begins = "running";
    String id = one.submit(REPO, "hello.bin");
    CompletableFuture<String> events =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return other.send("GET", "/builds/" + id + "/events", "").body();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    other.untilState(id, "building");
    await().until(() -> one.vcs.of(id).map(p -> p.looks.get() > 0).orElse(false));
    one.vcs.of(id).orElseThrow().job("success", 0, null);
    assertThat(events.get(20, TimeUnit.SECONDS))
        .contains("\"state\":\"deploying\"", "event: end", "\"outcome\":\"succeeded\"");
    assertThat(other.get("/status").path("finished").toString()).contains(id);
    assertThat(one.get("/status")).isEqualTo(other.get("/status"));
  }

  @Test
  void everyEffectIsDoneByOneOfThem() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      ids.add((i % 2 == 0 ? one : other).submit(REPO + i, "hello.bin"));
    }
    for (String id : ids) {
      assertThat(one.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    }
    assertThat(one.vcs.mirrors).extracting(MirrorRequest::build).doesNotHaveDuplicates();
    assertThat(one.vcs.mirrors).extracting(MirrorRequest::fence).doesNotHaveDuplicates();
    assertThat(one.deployer.requests).hasSize(12);
    assertThat(one.vcs.collects).hasSize(12);
  }

  @Test
  void buildsOfOneProjectComeOneAfterTheOtherInOrder() throws Exception {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add((i % 2 == 0 ? one : other).submit(REPO, null));
    }
    ids.forEach(one::untilFinished);
    assertThat(one.vcs.mirrors).extracting(MirrorRequest::build).isEqualTo(ids);
    assertThat(one.vcs.mirrors).extracting(MirrorRequest::fence).isSorted();
  }

  @Test
  void whatIsCancelledAtTheOtherEnds() throws Exception {
    one.vcs.begins = "running";
    String id = one.submit(REPO, null);
    one.untilState(id, "building");
    assertThat(other.send("POST", "/builds/" + id + "/cancel", "").statusCode()).isEqualTo(202);
    assertThat(one.untilFinished(id).path("outcome").asText()).isEqualTo("cancelled");
  }

  @Test
  void aStopAtOneHoldsDeploymentsOfTheOther() throws Exception {
    assertThat(one.send("POST", "/stop", "{\"reason\":\"it burns\"}").statusCode()).isEqualTo(200);
    String id = other.submit(REPO, "hello.bin");
    assertThat(other.untilState(id, "held").path("sentence").asText()).contains("it burns");
    assertThat(other.get("/stops").path("stops").toString()).contains("it burns");
    assertThat(one.deployer.requests).isEmpty();
    assertThat(other.send("POST", "/resume", "{}").statusCode()).isEqualTo(200);
    one.untilFinished(id);
    assertThat(one.deployer.requests).hasSize(1);
  }

  @Test
  void whoEndsHandsItsWorkToTheOther() throws Exception {
    one.vcs.hangs = "hello";
    other.service.close();
    String id = one.submit(REPO, "hello.bin");
    await().until(() -> one.vcs.mirrors.size() == 1);
    other.start();
    one.service.close();
    await().atMost(Duration.ofSeconds(15)).until(() -> one.vcs.mirrors.size() == 2);
    assertThat(one.vcs.mirrors.get(1).fence()).isGreaterThan(one.vcs.mirrors.get(0).fence());
    one.vcs.release();
    assertThat(other.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(one.deployer.requests).hasSize(1);
  }

  @Test
  void aRepeatedSubmissionAtTheOtherIsTheFirstBuild() throws Exception {
    String body = Rig.order(REPO, null);
    String first = one.send("POST", "/cd", body, "Idempotency-Key", "k1").body();
    String again = other.send("POST", "/cd", body, "Idempotency-Key", "k1").body();
    assertThat(again).isEqualTo(first);
  }
}

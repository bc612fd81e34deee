package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.newci.controller.build.BuildState;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

/**
 * Two controllers as processes of their own on one database: one is stopped or killed in the middle
 * of an effect, and the other finishes the build.
 */
@NeedsProgram("postgres")
class LateControllerTest {

  private static final String REPO = "https://git.example/hello";
  private static final Duration LEASE = Duration.ofSeconds(3);

  /** Much longer than the lease: these tests are about what happens, not how soon. */
  private static final Duration WHILE = Duration.ofSeconds(60);

  @TempDir Path dir;
  private String database;
  private Rig first;
  private Rig second;
  private ControllerProcess early;
  private ControllerProcess late;

  @BeforeEach
  void start() throws Exception {
    database = PostgreSql.shared().freshDatabase();
    first = new Rig(dir.resolve("first"));
    second = first.beside(dir.resolve("second"));
    early = process(first, "first.log");
    first.at(early.url());
  }

  private ControllerProcess process(Rig rig, String log) throws Exception {
    return ControllerProcess.start(rig.environment(database, LEASE), dir.resolve(log));
  }

  private void startTheOther() throws Exception {
    late = process(second, "second.log");
    second.at(late.url());
  }

  @AfterEach
  void stop() {
    first.vcs.release();
    first.deployer.release();
    if (early != null) {
      early.close();
    }
    if (late != null) {
      late.close();
    }
    second.close();
    first.close();
  }

  /** Has a build hang in that step at the first controller; answers its id. */
  private String hangIn(String step) throws Exception {
    first.vcs.hangs = step.equals("mirroring") ? "hello" : "\0";
    first.vcs.collectHangs = step.equals("collecting");
    first.deployer.hangs = step.equals("deploying");
    String id = first.submit(REPO, "hello.bin");
    await().atMost(WHILE).until(() -> asked(step).getAsInt() == 1);
    return id;
  }

  private IntSupplier asked(String step) {
    List<?> requests =
        switch (BuildState.valueOf(step.toUpperCase(java.util.Locale.ROOT))) {
          case MIRRORING -> first.vcs.mirrors;
          case COLLECTING -> first.vcs.collects;
          default -> first.deployer.requests;
        };
    return requests::size;
  }

  @ParameterizedTest
  @ValueSource(strings = {"mirroring", "collecting", "deploying"})
  void whoIsStoppedInTheMiddleIsReplacedAndChangesNothingWhenItGoesOn(String step)
      throws Exception {
    String id = hangIn(step);
    startTheOther();
    early.signal("STOP");
    await("the other takes over").atMost(WHILE).until(() -> asked(step).getAsInt() == 2);
    assertThat(second.send("GET", "/status", "").statusCode()).isEqualTo(200);
    first.vcs.release();
    first.deployer.release();
    JsonNode ended = second.untilFinished(id);
    assertThat(ended.path("outcome").asText()).isEqualTo("succeeded");
    String events = second.send("GET", "/builds/" + id + "/events", "").body();
    early.signal("CONT");
    String next = first.submit(REPO, "hello.bin");
    first.untilFinished(next);
    assertThat(first.send("GET", "/builds/" + id + "/events", "").body()).isEqualTo(events);
    assertThat(first.get("/builds/" + id)).isEqualTo(ended);
    assertThat(first.deployer.served).hasSize(1);
    assertThat(first.vcs.mirrors.getLast().fence())
        .isGreaterThan(first.vcs.mirrors.getFirst().fence());
    if (step.equals("deploying")) {
      assertThat(first.deployer.requests.get(1).sequence())
          .isEqualTo(first.deployer.requests.getFirst().sequence());
      assertThat(first.deployer.requests.get(1).fence())
          .isGreaterThan(first.deployer.requests.getFirst().fence());
    }
  }

  @Test
  void whoIsKilledIsReplaced() throws Exception {
    String id = hangIn("mirroring");
    startTheOther();
    early.signal("KILL");
    await().atMost(WHILE).until(() -> first.vcs.mirrors.size() == 2);
    first.vcs.release();
    assertThat(second.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(first.vcs.mirrors.get(1).fence()).isGreaterThan(first.vcs.mirrors.get(0).fence());
    assertThat(first.deployer.requests).hasSize(1);
  }

  @Test
  void whoIsToldToEndHandsOverAtOnce() throws Exception {
    first.vcs.begins = "running";
    String id = first.submit(REPO, "hello.bin");
    first.untilState(id, "building");
    startTheOther();
    early.signal("TERM");
    assertThat(early.exitCode()).isEqualTo(143);
    await().until(() -> first.vcs.of(id).isPresent());
    first.vcs.of(id).orElseThrow().job("success", 0, null);
    assertThat(second.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
  }
}

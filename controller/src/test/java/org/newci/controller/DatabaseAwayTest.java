package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.controller.ledger.PostgresAddress;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.PostgreSql;

/** PostgreSQL goes while the controller runs, and comes back. */
@NeedsProgram("postgres")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DatabaseAwayTest {

  private static final String REPO = "https://git.example/hello";
  private static final Duration WHILE = Duration.ofSeconds(60);

  private PostgreSql postgres;
  private Rig rig;

  @BeforeAll
  void startDatabase() {
    postgres = PostgreSql.start(false);
  }

  @AfterAll
  void stopDatabase() {
    postgres.close();
  }

  @BeforeEach
  void start(@TempDir Path dir) throws Exception {
    PostgresAddress address = new PostgresAddress(postgres.freshDatabase(), null, null);
    rig =
        new Rig(dir)
            .database(address, new ControllerConfig.Sharing(Duration.ofSeconds(3), Duration.ZERO))
            .start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void assertAway(String method, String path, String body) throws Exception {
    HttpResponse<String> answer = rig.send(method, path, body);
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(503);
    assertThat(answer.body()).contains("/problems/database-unreachable", "does not answer");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void whileItIsAwayPeopleAreToldSoAndAfterwardsEverythingGoesOn() throws Exception {
    rig.vcs.begins = "running";
    String building = rig.submit(REPO, "hello.bin");
    String waiting = rig.submit(REPO, "hello.bin");
    rig.deployer.hangs = true;
    await().until(() -> rig.vcs.of(building).isPresent());
    rig.untilState(building, "building");
    postgres.crash();
    assertAway("POST", "/cd", Rig.order(REPO, null));
    assertAway("GET", "/status", "");
    assertAway("GET", "/builds/" + building, "");
    assertAway("POST", "/builds/" + waiting + "/cancel", "");
    rig.vcs.of(building).orElseThrow().job("success", 0, null);
    postgres.startAgain();
    rig.vcs.begins = "success";
    rig.untilState(building, "deploying");
    postgres.crash();
    // What was deployed meanwhile is told as soon as somebody can be told.
    rig.deployer.release();
    postgres.startAgain();
    for (String id : List.of(building, waiting)) {
      JsonNode build = rig.untilFinished(id);
      assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
    }
    assertThat(rig.get("/status").path("finished")).hasSize(2);
  }

  /** Each time the watch of the build fails in the middle. */
  @Test
  void howeverOftenItGoesNoBuildIsGivenUp() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit(REPO, null);
    await().until(() -> rig.vcs.of(id).isPresent());
    for (int round = 0; round < 6; round++) {
      int looks = rig.vcs.of(id).orElseThrow().looks.get();
      await().atMost(WHILE).until(() -> rig.vcs.of(id).orElseThrow().looks.get() > looks + 1);
      postgres.crash();
      postgres.startAgain();
      await().atMost(WHILE).until(() -> rig.send("GET", "/status", "").statusCode() == 200);
    }
    rig.vcs.of(id).orElseThrow().job("success", 0, null);
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
  }

  @Test
  void oneThatNeitherAnswersNorGoesHoldsNobodyForEver() throws Exception {
    String before = rig.submit(REPO, null);
    rig.untilFinished(before);
    List<ProcessHandle> all =
        Stream.concat(Stream.of(postgres.handle()), postgres.handle().descendants()).toList();
    signal("STOP", all);
    try {
      List<Thread> asking = new ArrayList<>();
      List<Integer> answers = new java.util.concurrent.CopyOnWriteArrayList<>();
      for (int i = 0; i < 40; i++) {
        String body = i % 2 == 0 ? Rig.order(REPO + i, null) : "";
        asking.add(
            Thread.startVirtualThread(
                () -> answers.add(status(body.isEmpty() ? "GET" : "POST", body))));
      }
      for (Thread thread : asking) {
        assertThat(thread.join(WHILE)).isTrue();
      }
      assertThat(answers).hasSize(40).containsOnly(503);
    } finally {
      signal("CONT", all);
    }
    await().atMost(WHILE).until(() -> rig.send("GET", "/status", "").statusCode() == 200);
    rig.untilFinished(rig.submit(REPO, null));
    JsonNode status = rig.get("/status");
    assertThat(status.path("builds").has(before)).isTrue();
  }

  private int status(String method, String body) {
    try {
      return rig.sendWithin(WHILE, method, body.isEmpty() ? "/status" : "/cd", body).statusCode();
    } catch (Exception e) {
      return -1;
    }
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(process -> command.add(String.valueOf(process.pid())));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}

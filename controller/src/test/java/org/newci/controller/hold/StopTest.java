package org.newci.controller.hold;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.newci.auth.Scope;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.controller.Rig;
import org.newci.shell.json.Json;

class StopTest {

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new Rig(dir)
            .registry(
                """
                operators: [everybody]
                projects:
                  - {match: https://git.example/live/*, environment: live, publish: ['*']}
                default: {publish: ['*']}
                """)
            .start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private JsonNode post(String path, String body, int status) throws Exception {
    HttpResponse<String> answer = rig.send("POST", path, body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.tree(answer.body());
  }

  @Test
  void deploymentsWaitOverARestartAndGoOnInOrder() throws Exception {
    JsonNode stop = post("/stop", "{'reason':'disk full'}", 200);
    assertThat(stop.path("by").asText()).isEqualTo("ann");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      // One after the other, so that their order is known; all of one project, which stays free.
      String id = rig.submit("https://git.example/hello", "hello.bin");
      ids.add(id);
      JsonNode held = rig.untilState(id, "held");
      assertThat(held.path("sentence").asText()).contains("ann stopped deployments", "disk full");
      assertThat(held.path("steps").findValuesAsText("name"))
          .containsExactly("mirror", "build", "collect", "hold");
    }
    assertThat(rig.deployer.requests).isEmpty();
    rig.restart();
    JsonNode status = rig.get("/status");
    JsonNode shown = status.path("stops").path(0);
    assertThat(shown.path("reason").asText()).isEqualTo("disk full");
    assertThat(shown.path("by").asText()).isEqualTo("ann");
    assertThat(shown.path("since").asText()).isEqualTo(stop.path("since").asText());
    assertThat(status.path("building")).hasSize(3);
    String testOnly = rig.submit("https://git.example/test-only", null);
    assertThat(rig.untilFinished(testOnly).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.deployer.requests).isEmpty();

    post("/resume", "", 200);
    for (String id : ids) {
      assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    }
    assertThat(rig.deployer.requests.stream().map(DeployRequest::build)).isEqualTo(ids);
    JsonNode log = rig.get("/stops");
    assertThat(log.path("stops")).isEmpty();
    assertThat(log.path("log").findValuesAsText("kind")).containsExactly("resume", "stop");
    assertThat(log.path("log").findValuesAsText("by")).containsExactly("ann", "ann");
  }

  @Test
  void oneEnvironmentIsStoppedAlone() throws Exception {
    post("/stop", "{'reason':'audit','environment':'live'}", 200);
    String live = rig.submit("https://git.example/live/a", "a.bin");
    String other = rig.submit("https://git.example/b", "b.bin");
    assertThat(rig.untilFinished(other).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.untilState(live, "held").path("sentence").asText()).contains("to live");
    post("/resume", "{}", 409);
    post("/stop", "{'reason':'audit','environment':'live'}", 200);
    post("/stop", "{'reason':'another','environment':'live'}", 409);
    assertThat(post("/builds/" + live + "/cancel", "", 202).path("state").asText())
        .isEqualTo("finished");
    post("/resume", "{'environment':'live'}", 200);
    post("/resume", "{'environment':'live'}", 409);
    assertThat(rig.deployer.requests).hasSize(1);
    // The environment that stops go by is the one that is deployed to.
    assertThat(rig.deployer.requests.getFirst().environment()).isEqualTo("test");
    rig.untilFinished(rig.submit("https://git.example/live/a", "a.bin"));
    assertThat(rig.deployer.requests.getLast().environment()).isEqualTo("live");
  }

  private String begun() throws Exception {
    String id = rig.submit("https://git.example/hello", "hello.bin");
    Awaitility.await().until(() -> !rig.deployer.requests.isEmpty());
    return id;
  }

  @Test
  void aStopNamesTheDeploymentsThatHadBegun() throws Exception {
    rig.deployer.refuses = "The target is away.";
    rig.deployer.refusesAs = "target-unreachable";
    String id = begun();
    JsonNode stop = post("/stop", "{'reason':'fire'}", 200);
    assertThat(stop.path("going_on")).extracting(JsonNode::asText).containsExactly(id);
    String later = rig.submit("https://git.example/later", "later.bin");
    rig.untilState(later, "held");
    assertThat(post("/stop", "{'reason':'fire'}", 200).path("going_on")).hasSize(1);
    rig.deployer.refuses = null;
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.deployer.requests.stream().map(DeployRequest::build)).containsOnly(id);
    assertThat(post("/stop", "{'reason':'fire'}", 200).has("going_on")).isFalse();
  }

  /** It is served, and only the answer was lost: neither a stop nor a restart takes that back. */
  @Test
  void aDeploymentWhoseAnswerWasLostIsNeitherHeldNorCancelled() throws Exception {
    rig.deployer.hangs = true;
    String id = begun();
    post("/stop", "{'reason':'fire'}", 200);
    rig.restart();
    rig.deployer.release();
    assertThat(post("/builds/" + id + "/cancel", "", 409).path("detail").asText())
        .containsAnyOf("is being deployed", "is over already");
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).isEqualTo("succeeded");
    assertThat(build.path("steps").findValuesAsText("name")).doesNotContain("hold");
    assertThat(rig.deployer.served).containsKey("hello.bin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/stop|''|400|body is empty",
        "/stop|{}|400|'reason' is missing",
        "/stop|{'reason':'  '}|400|'reason' is missing",
        "/stop|{'reason':7}|400|wrong type",
        "/stop|{'reason':'a\\nb'}|400|one line",
        "/stop|{'reason':'x','environment':'moon'}|400|'environment' is 'moon'",
        "/stop|{'reason':'x','environment':'*'}|400|'environment' is '*'",
        "/stop|{'reason':'x','env':'live'}|400|'env' is not known",
        "/resume|{'environment':'moon'}|400|'environment' is 'moon'",
        "/resume|{}|409|no stop of all deployments",
        "/resume|[]|400|object",
      })
  void badStopsAreRefusedWithASentence(String path, String body, int status, String words)
      throws Exception {
    HttpResponse<String> answer =
        rig.send("POST", path, body.equals("''") ? "" : body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Json.tree(answer.body()).path("detail").asText()).contains(words);
    assertThat(rig.get("/status").path("stops")).isEmpty();
  }

  @Test
  void stoppingAndResumingHaveScopesOfTheirOwn() throws Exception {
    for (Scope needed : List.of(Scope.STOP_POST, Scope.RESUME_POST)) {
      EnumSet<Scope> others = EnumSet.allOf(Scope.class);
      others.remove(needed);
      String path = needed == Scope.STOP_POST ? "/stop" : "/resume";
      HttpResponse<String> answer =
          rig.send("POST", path, "{broken", "Authorization", "Bearer " + rig.token("eve", others));
      assertThat(answer.statusCode()).isEqualTo(403);
    }
  }
}

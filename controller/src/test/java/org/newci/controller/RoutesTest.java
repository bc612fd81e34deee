package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.newci.auth.Scope;
import org.newci.shell.json.Json;

class RoutesTest {

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void anAcceptedOrderHasAnIdAndALocation() throws Exception {
    HttpResponse<String> answer =
        rig.send("POST", "/cd", Rig.order("https://git.example/hello", "hello.bin"));
    assertThat(answer.statusCode()).isEqualTo(202);
    String id = Json.tree(answer.body()).path("id").asText();
    assertThat(id).matches("[0-9a-z]{26}");
    assertThat(answer.headers().firstValue("Location")).hasValue("/builds/" + id);
    assertThat(rig.get("/builds/" + id).path("id").asText()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'repo'|not valid JSON",
        "[]|not a JSON object",
        "null|null",
        "{}|'repo' is missing",
        "{'repo':'https://h/a'}|'ref' is missing",
        "{'repo':7,'ref':'main'}|'repo' has a value of the wrong type",
        "{'repo':'https://h/a','ref':'main','branch':'x'}|'branch' is not known",
        "{'repo':'file:///etc','ref':'main'}|'repo'",
        "{'repo':'ext::sh -c id','ref':'main'}|'repo'",
        "{'repo':'https://u:p@h/a','ref':'main'}|'repo' has a user or a password",
        "{'repo':'http://169.254.169.254/a','ref':'main'}|'repo' names the host",
        "{'repo':'https://h/a','ref':'--upload-pack=x'}|'ref' is '--upload-pack=x'",
        "{'repo':'https://h/a','ref':'main','artifact':'../x'}|'artifact'",
        "{'repo':'https://h/a','ref':'main','published_name':'x'}|'published_name' is there",
        "{'repo':'https://h/a','ref':'main','artifact':'x','published_name':'a/b'}|plain file name",
        "{'repo':'https://h/a','ref':'main','artifact':'.x'}|plain file name",
      })
  void badOrdersAreRefusedWithASentence(String body, String words) throws Exception {
    HttpResponse<String> answer = rig.send("POST", "/cd", body.replace('\'', '"'));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(Json.tree(answer.body()).path("detail").asText())
        .contains(words)
        .doesNotContain("Exception", "org.newci");
    assertThat(rig.get("/status").path("builds")).isEmpty();
  }

  @Test
  void hugeBodiesAreRefused() throws Exception {
    String body = "{\"repo\":\"" + "x".repeat(2_000_000) + "\"}";
    assertThat(rig.send("POST", "/cd", body).statusCode()).isEqualTo(413);
  }

  @Test
  void tokensDecideFirst() throws Exception {
    Map<String, Scope> needed =
        Map.of(
            "POST /cd", Scope.CD_POST,
            "GET /status", Scope.STATUS_GET,
            "GET /builds/x", Scope.BUILDS_GET,
            "POST /builds/x/cancel", Scope.BUILDS_CANCEL,
            "POST /builds/x/retry", Scope.BUILDS_RETRY,
            "GET /builds/x/log", Scope.BUILDS_GET,
            "GET /builds/x/events", Scope.BUILDS_GET);
    for (String route : needed.keySet()) {
      String[] parts = route.split(" ", 2);
      assertThat(
              rig.send(parts[0], parts[1], "{broken", "Authorization", "Bearer a.b.c").statusCode())
          .as(route)
          .isEqualTo(401);
      String small = "Bearer " + rig.token("eve", EnumSet.of(Scope.BLOBS_GET, Scope.LOG_GET));
      assertThat(rig.send(parts[0], parts[1], "{broken", "Authorization", small).statusCode())
          .as(route)
          .isIn(401, 403);
      EnumSet<Scope> lacking = EnumSet.allOf(Scope.class);
      lacking.remove(needed.get(route));
      String other = "Bearer " + rig.token("eve", lacking);
      assertThat(rig.send(parts[0], parts[1], "{broken", "Authorization", other).statusCode())
          .as(route)
          .isEqualTo(403);
    }
  }

  @Test
  void whatIsNotThereIs404() throws Exception {
    for (String path :
        List.of("/builds/x", "/builds/01m8acfbwfvny1t53f1kgka53v", "/builds/x/log")) {
      HttpResponse<String> answer = rig.send("GET", path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).contains("There is no build");
    }
    assertThat(rig.send("POST", "/builds/x/cancel", "").statusCode()).isEqualTo(404);
    assertThat(rig.send("POST", "/builds/x/retry", "").statusCode()).isEqualTo(404);
    assertThat(rig.send("GET", "/builds/x/events", "").statusCode()).isEqualTo(404);
    assertThat(rig.send("DELETE", "/status", "").statusCode()).isEqualTo(405);
  }

  @Test
  void aRepeatedPostWithAKeyIsTheFirstBuild() throws Exception {
    String body = Rig.order("https://git.example/hello", null);
    HttpResponse<String> first = rig.send("POST", "/cd", body, "Idempotency-Key", "k-1");
    HttpResponse<String> again = rig.send("POST", "/cd", body, "Idempotency-Key", "k-1");
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    HttpResponse<String> other =
        rig.send("POST", "/cd", Rig.order("https://git.example/x", null), "Idempotency-Key", "k-1");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.body()).contains("/problems/idempotency-key-reused");
    String bob = "Bearer " + rig.token("bob", EnumSet.of(Scope.CD_POST));
    HttpResponse<String> bobs =
        rig.send("POST", "/cd", body, "Idempotency-Key", "k-1", "Authorization", bob);
    assertThat(bobs.statusCode()).isEqualTo(202);
    assertThat(bobs.body()).isNotEqualTo(first.body());
    assertThat(rig.send("POST", "/cd", body, "Idempotency-Key", "k".repeat(256)).statusCode())
        .isEqualTo(400);
  }

  @Test
  void statusHasEveryIdInExactlyOneListAndNoneMovesBackwards() throws Exception {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      all.add(rig.submit("https://git.example/p" + i % 4, "hello.bin"));
    }
    Set<String> finished = new HashSet<>();
    Set<String> begun = new HashSet<>();
    while (finished.size() < all.size()) {
      JsonNode status = rig.get("/status");
      Set<String> seen = new HashSet<>();
      for (String list : List.of("queued", "building", "finished")) {
        for (JsonNode id : status.path(list)) {
          assertThat(seen.add(id.asText())).as("%s twice", id).isTrue();
          assertThat(status.path("builds").has(id.asText())).isTrue();
        }
      }
      assertThat(seen).isEqualTo(all);
      status.path("queued").forEach(id -> assertThat(begun).doesNotContain(id.asText()));
      status.path("building").forEach(id -> assertThat(finished).doesNotContain(id.asText()));
      status.path("building").forEach(id -> begun.add(id.asText()));
      status.path("finished").forEach(id -> finished.add(id.asText()));
      begun.addAll(finished);
    }
  }

  @Test
  void aRetryIsANewBuildOfTheSameCommit() throws Exception {
    rig.vcs.begins = "failed";
    String first = rig.submit("https://git.example/hello", "hello.bin");
    JsonNode failed = rig.untilFinished(first);
    assertThat(failed.path("outcome").asText()).isEqualTo("failed");
    rig.vcs.begins = "success";
    HttpResponse<String> answer = rig.send("POST", "/builds/" + first + "/retry", "");
    assertThat(answer.statusCode()).isEqualTo(202);
    String second = Json.tree(answer.body()).path("id").asText();
    assertThat(answer.headers().firstValue("Location")).hasValue("/builds/" + second);
    JsonNode build = rig.untilFinished(second);
    assertThat(build.path("outcome").asText()).isEqualTo("succeeded");
    assertThat(build.path("retry_of").asText()).isEqualTo(first);
    assertThat(build.path("commit").asText()).isEqualTo(failed.path("commit").asText());
    assertThat(rig.vcs.mirrors.getLast().commit()).isEqualTo(failed.path("commit").asText());
    assertThat(rig.vcs.mirrors.getFirst().commit()).isNull();
  }

  @Test
  void anUnfinishedBuildIsNotRetried() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", null);
    rig.untilState(id, "building");
    assertThat(rig.send("POST", "/builds/" + id + "/retry", "").statusCode()).isEqualTo(409);
  }

  @Test
  void webhooksNeedTheSecretAndAreOtherwiseWelcome() throws Exception {
    assertThat(rig.webhook("wrong", "{}").statusCode()).isEqualTo(401);
    assertThat(rig.webhook("", "{}").statusCode()).isEqualTo(401);
    String big = "{\"project\":{\"id\":1},\"x\":\"" + "x".repeat(3_000_000) + "\"}";
    for (String body : List.of("", "{}", "not json", "{\"project\":{\"id\":12345}}", "[1]", big)) {
      assertThat(rig.webhook(Rig.SECRET, body).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void aForgedFinishChangesNothing() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", "hello.bin");
    rig.until(id, b -> b.path("pipeline").path("status").asText().equals("running"));
    long project = rig.vcs.of(id).orElseThrow().project;
    String lie =
        "{\"object_kind\":\"pipeline\",\"object_attributes\":{\"status\":\"success\"},"
            + "\"project\":{\"id\":%d}}".formatted(project);
    for (int i = 0; i < 3; i++) {
      rig.webhook(Rig.SECRET, lie);
    }
    assertThat(rig.get("/builds/" + id).path("state").asText()).isEqualTo("building");
    rig.vcs.of(id).orElseThrow().job("success", null, null);
    rig.webhook(Rig.SECRET, lie);
    rig.webhook(Rig.SECRET, lie);
    assertThat(rig.untilFinished(id).path("outcome").asText()).isEqualTo("succeeded");
    assertThat(rig.deployer.requests).hasSize(1);
  }

  @Test
  void aFullQueueSaysWhenToComeBack() throws Exception {
    rig.service.close();
    rig.limits(TestLimits.queue(2)).start();
    rig.vcs.hangs = "hang";
    String first = rig.submit("https://git.example/hang", null);
    rig.untilState(first, "mirroring");
    rig.submit("https://git.example/hang", null);
    rig.submit("https://git.example/hang", null);
    HttpResponse<String> answer =
        rig.send("POST", "/cd", Rig.order("https://git.example/hang", null));
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
  }
}

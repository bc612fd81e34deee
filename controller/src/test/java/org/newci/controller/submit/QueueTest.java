package org.newci.controller.submit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.controller.Rig;
import org.newci.controller.build.Limits;
import org.newci.shell.json.Json;

/** Whose builds wait for whose: priorities, fair share, and newer ones that take older places. */
class QueueTest {

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void make() throws Exception {
    rig = new Rig(dir).limits(Limits.standard().withNumbers(1, 1, 1_000));
    rig.vcs.begins = "running";
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private String post(String subject, String repo, String priority) throws Exception {
    String body =
        "{\"repo\":\"https://git.example/%s\",\"ref\":\"main\",\"priority\":\"%s\"}"
            .formatted(repo, priority);
    HttpResponse<String> answer = rig.as(subject, Set.of(), "POST", "/cd", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Json.tree(answer.body()).path("id").asText();
  }

  private void untilUnderWay(String id) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> !rig.get("/builds/" + id).path("state").asText().equals("queued"));
  }

  private void cancel(String id) throws Exception {
    assertThat(rig.send("POST", "/builds/" + id + "/cancel", "").statusCode()).isEqualTo(202);
  }

  @Test
  void manyOfOneSubmitterDoNotHoldUpTheOneOfAnother() throws Exception {
    rig.start();
    String first = post("ann", "a", "normal");
    untilUnderWay(first);
    List<String> anns = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      anns.add(post("ann", "a" + i, "normal"));
    }
    String bobs = post("bob", "b", "normal");
    cancel(first);
    untilUnderWay(bobs);
    for (String id : anns) {
      assertThat(rig.get("/builds/" + id).path("state").asText()).isEqualTo("queued");
    }
  }

  @Test
  void theMoreUrgentBuildIsFirst() throws Exception {
    rig.start();
    String first = post("ann", "a", "normal");
    untilUnderWay(first);
    String low = post("ann", "b", "low");
    String normal = post("ann", "c", "normal");
    String high = post("ann", "d", "high");
    cancel(first);
    untilUnderWay(high);
    assertThat(rig.get("/builds/" + normal).path("state").asText()).isEqualTo("queued");
    cancel(high);
    untilUnderWay(normal);
    assertThat(rig.get("/builds/" + low).path("state").asText()).isEqualTo("queued");
  }

  @Test
  void highNeedsAScopeOfItsOwnAndOtherWordsAreRefused() throws Exception {
    rig.start();
    String body = "{\"repo\":\"https://git.example/a\",\"ref\":\"main\",\"priority\":\"%s\"}";
    String token = rig.token("ann", EnumSet.complementOf(EnumSet.of(Scope.CD_HIGH)));
    String[] header = {"Authorization", "Bearer " + token};
    HttpResponse<String> high = rig.send("POST", "/cd", body.formatted("high"), header);
    assertThat(high.statusCode()).isEqualTo(403);
    assertThat(high.body()).contains("cd:high");
    assertThat(rig.send("POST", "/cd", body.formatted("low"), header).statusCode()).isEqualTo(202);
    HttpResponse<String> other = rig.send("POST", "/cd", body.formatted("urgent"), header);
    assertThat(other.statusCode()).isEqualTo(400);
    assertThat(other.body()).contains("'priority' is 'urgent' (expected high, normal or low)");
  }

  @Test
  void aNewerOneTakesThePlaceOfAnOlderOneWhereTheRegistrySaysSo() throws Exception {
    rig.registry(
        """
        projects:
          - match: https://git.example/new*
            submit: [everybody]
            supersede: true
          - match: https://git.example/old*
            submit: [everybody]
        """);
    rig.start();
    String first = post("ann", "new", "normal");
    untilUnderWay(first);
    String waits = post("ann", "new", "normal");
    String stays = post("ann", "old", "normal");
    String newest = post("bob", "new", "normal");
    String again = post("ann", "old", "normal");
    JsonNode dropped = rig.get("/builds/" + waits);
    assertThat(dropped.path("outcome").asText()).isEqualTo("cancelled");
    assertThat(dropped.path("sentence").asText())
        .isEqualTo(
            "Superseded by build %s: main of the same repository was asked for again while it waited."
                .formatted(newest));
    for (String id : List.of(stays, newest, again)) {
      assertThat(rig.get("/builds/" + id).path("state").asText()).isEqualTo("queued");
    }
    assertThat(rig.get("/builds/" + first).path("state").asText()).isNotEqualTo("finished");
  }

  @Test
  void aWholeBuildThatTakesTooLongIsCancelledInGitLab() throws Exception {
    rig.registry(
        """
        projects:
          - match: https://git.example/*
            submit: [everybody]
            limits: {build: 2s}
        """);
    rig.start();
    String id = post("ann", "slow", "normal");
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).isEqualTo("timed out");
    assertThat(build.path("sentence").asText())
        .isEqualTo("The build was not over within 2 seconds (the limit for a whole build).");
    assertThat(rig.vcs.cancelled).containsExactly(rig.vcs.of(id).orElseThrow().id);
  }
}

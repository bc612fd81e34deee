package org.newci.controller.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.controller.Rig;

class StatusTest {

  @TempDir Path dir;
  private Rig rig;
  private String first;
  private String second;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).start();
    first = rig.submit("https://git.example/one", null);
    rig.untilFinished(first);
    second = rig.submit("https://git.example/two", null);
    rig.untilFinished(second);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void onlyTheNewestFinishedAreListedButAllAreCounted() {
    JsonNode status = rig.get("/status?finished=1");
    assertThat(status.path("finished")).hasSize(1);
    assertThat(status.path("finished").get(0).asText()).isEqualTo(second);
    assertThat(status.path("builds").has(first)).isFalse();
    assertThat(status.path("totals").path("finished").asInt()).isEqualTo(2);
    assertThat(status.path("totals").path("queued").asInt()).isZero();
    assertThat(rig.get("/status").path("finished")).hasSize(2);
    assertThat(rig.get("/status?finished=0").path("finished")).isEmpty();
  }

  @Test
  void onlyWhatEndedSinceThenIsListed() {
    Instant end = Instant.parse(rig.get("/builds/" + second).path("finished_at").asText());
    JsonNode status = rig.get("/status?since=" + end);
    assertThat(status.path("finished")).hasSize(1);
    assertThat(rig.get("/status?since=" + end.plusNanos(1)).path("finished")).isEmpty();
  }

  @Test
  void whoHasItAlreadyIsToldSo() throws Exception {
    HttpResponse<String> once = rig.send("GET", "/status", "");
    String tag = once.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again = rig.send("GET", "/status", "", "If-None-Match", tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    rig.untilFinished(rig.submit("https://git.example/three", null));
    assertThat(rig.send("GET", "/status", "", "If-None-Match", tag).statusCode()).isEqualTo(200);
  }

  @Test
  void nothingIsShownAgainThatHasChanged() throws Exception {
    assertThat(rig.get("/status").path("stops")).isEmpty();
    HttpResponse<String> stop = rig.send("POST", "/stop", "{\"reason\":\"audit\"}");
    assertThat(stop.statusCode()).isEqualTo(200);
    assertThat(rig.get("/status").path("stops")).hasSize(1);
    for (int i = 0; i < 5; i++) {
      String id = rig.submit("https://git.example/one", null);
      assertThat(rig.get("/status").path("builds").has(id)).isTrue();
    }
    assertThat(rig.get("/status?finished=1").path("finished")).hasSize(1);
    assertThat(rig.get("/status?finished=2").path("finished")).hasSize(2);
  }

  @Test
  void otherWordsAreRefused() throws Exception {
    HttpResponse<String> many = rig.send("GET", "/status?finished=many", "");
    assertThat(many.statusCode()).isEqualTo(400);
    assertThat(many.body()).contains("'finished' is 'many' (expected a number of builds");
    HttpResponse<String> then = rig.send("GET", "/status?since=yesterday", "");
    assertThat(then.statusCode()).isEqualTo(400);
    assertThat(then.body()).contains("'since' is 'yesterday'");
    HttpResponse<String> few = rig.send("GET", "/status?queued=-1", "");
    assertThat(few.statusCode()).isEqualTo(400);
    assertThat(few.body()).contains("'queued' is '-1' (expected a number of builds");
  }
}

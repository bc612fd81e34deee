package org.newci.store.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.newci.store.RunningStore.text;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.shell.json.Json;
import org.newci.store.RunningStore;

class LogRoutesTest {

  @TempDir Path dir;
  private RunningStore store;

  @BeforeEach
  void start() throws Exception {
    store = new RunningStore(dir.resolve("store"), Map.of("NEWCI_LOG_LIMIT", "200000"));
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aLogGrowsByOffsetAndRepeatsChangeNothing() throws Exception {
    assertThat(store.get("/logs/b1").statusCode()).isEqualTo(404);
    assertThat(size(append(0, "one\n"))).isEqualTo(4);
    assertThat(size(append(0, "one\n"))).isEqualTo(4);
    assertThat(size(append(2, "e\ntwo\n"))).isEqualTo(8);
    assertThat(size(append(8, ""))).isEqualTo(8);
    store.restart();
    var whole = store.get("/logs/b1");
    assertThat(text(whole)).isEqualTo("one\ntwo\n");
    assertThat(whole.headers().firstValue("Content-Type"))
        .get()
        .asString()
        .isEqualToIgnoringWhitespace("text/plain; charset=utf-8");
    assertThat(text(store.get("/logs/b1?offset=4"))).isEqualTo("two\n");
    assertThat(store.get("/logs/b1?offset=8").body()).isEmpty();
    assertThat(store.get("/logs/b1?offset=9").statusCode()).isEqualTo(416);
    assertThat(
            store
                .send("HEAD", "/logs/b1", new byte[0])
                .headers()
                .firstValueAsLong("Content-Length"))
        .hasValue(8);
  }

  @Test
  void aGapIsRefusedWithTheSize() throws Exception {
    append(0, "one\n");
    var gap = append(5, "x");
    assertThat(gap.statusCode()).isEqualTo(409);
    assertThat(text(gap)).contains("/problems/log-gap");
    assertThat(Json.tree(text(gap)).path("size").asLong()).isEqualTo(4);
    assertThat(text(store.get("/logs/b1"))).isEqualTo("one\n");
  }

  @Test
  void aLogIsCutOnceAtItsLimit() throws Exception {
    byte[] source = new byte[500_000];
    new Random(1).nextBytes(source);
    String notice = "\nlog limit of 200000 bytes reached\n";
    assertThat(store.put("/logs/b1?offset=0", source).statusCode()).isEqualTo(200);
    long size = 200_000L + notice.length();
    assertThat(size(store.put("/logs/b1?offset=500000", source))).isEqualTo(size);
    assertThat(size(store.put("/logs/b1?offset=0", source))).isEqualTo(size);
    byte[] kept = store.get("/logs/b1").body();
    assertThat(kept).hasSize((int) size).startsWith(java.util.Arrays.copyOf(source, 200_000));
    assertThat(new String(kept, 200_000, notice.length(), StandardCharsets.UTF_8))
        .isEqualTo(notice);
  }

  @Test
  void aLogOfJustTheLimitIsWhole() throws Exception {
    assertThat(size(store.put("/logs/b1?offset=0", new byte[200_000]))).isEqualTo(200_000);
  }

  @Test
  void badRequestsAreNamed() throws Exception {
    assertThat(text(store.put("/logs/b1", new byte[1]))).contains("'offset' is missing");
    for (String offset : List.of("-1", "x", "1.5", "9999999999999999999", "")) {
      var refused = store.put("/logs/b1?offset=" + offset, new byte[1]);
      assertThat(refused.statusCode()).as(offset).isEqualTo(400);
      assertThat(text(refused)).contains("'offset'");
      assertThat(store.get("/logs/b1?offset=" + offset).statusCode()).isEqualTo(400);
    }
    for (String build : List.of("A", "..%2Fx", "a.b", "%00", "x".repeat(65), "a%20b")) {
      assertThat(store.put("/logs/" + build + "?offset=0", new byte[1]).statusCode())
          .as(build)
          .isEqualTo(400);
    }
    assertThat(store.files()).isEmpty();
  }

  private HttpResponse<byte[]> append(long offset, String body) throws Exception {
    return store.put("/logs/b1?offset=" + offset, body.getBytes(StandardCharsets.UTF_8));
  }

  private static long size(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    return Json.tree(text(answer)).path("size").asLong();
  }
}

package org.newci.controller.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.vcs.PipelineView;
import org.newci.controller.FakeVcs;
import org.newci.controller.Rig;

class LogTest {

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

  private String log(String id, String query) throws Exception {
    HttpResponse<String> answer = rig.send("GET", "/builds/" + id + "/log" + query, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    return answer.body();
  }

  private static PipelineView.Job job(long id, String name, String status, String start) {
    return new PipelineView.Job(id, name, "test", status, null, null, false, start);
  }

  @Test
  void theLogIsReadableWhileItGrows() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", null);
    FakeVcs.Pipeline pipeline = await().until(() -> rig.vcs.of(id), p -> p.isPresent()).get();
    long job = pipeline.id * 10;
    await().until(() -> log(id, "").endsWith("hello\n"));
    rig.vcs.logs.put(job, "hello\nand more\nhalf".getBytes(StandardCharsets.UTF_8));
    await().atMost(Duration.ofSeconds(3)).until(() -> log(id, "").endsWith("hello\nand more\n"));
    pipeline.job("success", null, null);
    rig.untilFinished(id);
    assertThat(log(id, "")).isEqualTo("=== job build (stage test) ===\nhello\nand more\nhalf\n");
    assertThat(log(id, "?offset=37")).isEqualTo("and more\nhalf\n");
    assertThat(log(id, "?offset=100000")).isEmpty();
    assertThat(rig.send("GET", "/builds/" + id + "/log?offset=-1", "").statusCode()).isEqualTo(400);
  }

  @Test
  void jobsComeInTheOrderOfTheirStart() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", null);
    FakeVcs.Pipeline pipeline = await().until(() -> rig.vcs.of(id), p -> p.isPresent()).get();
    rig.vcs.logs.put(1L, "late\n".getBytes(StandardCharsets.UTF_8));
    rig.vcs.logs.put(2L, "early\n".getBytes(StandardCharsets.UTF_8));
    rig.vcs.logs.put(3L, "never\n".getBytes(StandardCharsets.UTF_8));
    pipeline.jobs =
        List.of(
            job(1, "b", "success", "2026-01-01T00:00:02Z"),
            job(2, "a", "success", "2026-01-01T00:00:01Z"),
            job(3, "c", "skipped", null));
    pipeline.status = "success";
    rig.untilFinished(id);
    assertThat(log(id, ""))
        .contains("=== job a (stage test) ===\nearly\n=== job b (stage test) ===\nlate\n")
        .doesNotContain("never");
  }

  @Test
  void aLongLogIsCopiedWhole() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 300_000; i++) {
      lines.append("line ").append(i).append('\n');
    }
    rig.vcs.begins = "running";
    String id = rig.submit("https://git.example/hello", null);
    FakeVcs.Pipeline pipeline = await().until(() -> rig.vcs.of(id), p -> p.isPresent()).get();
    rig.vcs.logs.put(pipeline.id * 10, lines.toString().getBytes(StandardCharsets.UTF_8));
    pipeline.job("success", null, null);
    rig.untilFinished(id);
    // The fake's job may have been read before its log was replaced; its first line may differ.
    assertThat(log(id, "")).endsWith(lines.substring(lines.length() - 1_000_000));
  }

  @Test
  void aBuildWithoutALogHasAnEmptyOne() throws Exception {
    rig.vcs.refuses = "There is no such repository.";
    String id = rig.submit("https://git.example/hello", null);
    rig.untilFinished(id);
    assertThat(log(id, "")).isEmpty();
  }

  @Test
  void aStoreThatIsAwayIsSaidSo() throws Exception {
    String id = rig.submit("https://git.example/hello", null);
    rig.untilFinished(id);
    rig.store.close();
    HttpResponse<String> answer = rig.send("GET", "/builds/" + id + "/log", "");
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("artifact store", "log-unavailable");
  }
}

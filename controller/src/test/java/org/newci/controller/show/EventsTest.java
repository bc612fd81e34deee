package org.newci.controller.show;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.controller.Rig;

class EventsTest {

  private static final String REPO = "https://git.example/hello";

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
  void aFinishedBuildIsToldFromTheStartToTheEnd() throws Exception {
    String id = rig.submit(REPO, "hello.bin");
    rig.untilFinished(id);
    HttpResponse<String> answer = rig.send("GET", "/builds/" + id + "/events", "");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    List<String> lines = answer.body().lines().toList();
    List<String> ids = lines.stream().filter(line -> line.startsWith("id: ")).toList();
    assertThat(ids.getFirst()).isEqualTo("id: 1");
    assertThat(ids.getLast()).isEqualTo(ids.get(ids.size() - 2));
    assertThat(lines.stream().filter(line -> line.startsWith("event: ")).toList())
        .endsWith("event: step", "event: end");
    assertThat(answer.body())
        .contains("\"state\":\"mirroring\"", "\"state\":\"building\"", "\"state\":\"collecting\"")
        .contains("\"state\":\"deploying\"", "\"outcome\":\"succeeded\"");
  }

  @Test
  void whoWasCutOffGoesOnWhereHeWas() throws Exception {
    String id = rig.submit(REPO, "hello.bin");
    rig.untilFinished(id);
    String path = "/builds/" + id + "/events";
    String rest = rig.send("GET", path, "", "Last-Event-ID", "3").body();
    assertThat(rest).contains("id: 4\n").doesNotContain("id: 3\n");
    String end = rig.send("GET", path, "", "Last-Event-ID", "9999").body();
    assertThat(end).contains("event: end").doesNotContain("event: step");
  }

  @Test
  void anotherTypeIsNotAcceptable() throws Exception {
    String id = rig.submit(REPO, null);
    String path = "/builds/" + id + "/events";
    assertThat(rig.send("GET", path, "", "Accept", "application/json").statusCode()).isEqualTo(406);
    rig.untilFinished(id);
    for (String accept : List.of("*/*", "text/event-stream", "text/html, */*;q=0.1")) {
      assertThat(rig.send("GET", path, "", "Accept", accept).body()).contains("event: end");
    }
  }

  @Test
  void aPlainClientSeesStepsAsTheyHappen() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit(REPO, null);
    List<String> seen = new CopyOnWriteArrayList<>();
    // As bare as curl: no Accept header at all.
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.url().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET /builds/%s/events HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(id, rig.token("ann", EnumSet.of(Scope.BUILDS_GET)))
              .getBytes(StandardCharsets.US_ASCII));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      Thread reader = Thread.ofVirtual().start(() -> in.lines().forEach(seen::add));
      await().until(() -> seen.stream().anyMatch(line -> line.contains("is running: running")));
      assertThat(seen).noneMatch(line -> line.equals("event: end"));
      rig.vcs.of(id).orElseThrow().job("success", null, null);
      await().until(() -> seen.contains("event: end"));
      reader.join();
    }
  }

  @Test
  void aStopLetsReadersGo() throws Exception {
    rig.vcs.begins = "running";
    String id = rig.submit(REPO, null);
    HttpRequest request =
        HttpRequest.newBuilder(rig.url().resolve("/builds/" + id + "/events"))
            .header("Authorization", "Bearer " + rig.token("ann", EnumSet.of(Scope.BUILDS_GET)))
            .build();
    var answer = rig.http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    rig.untilState(id, "building");
    rig.service.close();
    await().until(answer::isDone);
    rig.start();
  }
}

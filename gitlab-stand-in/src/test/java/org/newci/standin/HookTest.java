package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;
import org.newci.shell.json.Json;

class HookTest {

  record Event(Map<String, String> headers, JsonNode body) {
    String status() {
      return body.path("object_kind").asText().equals("build")
          ? "job " + body.path("build_status").asText()
          : "pipeline " + body.path("object_attributes").path("status").asText();
    }
  }

  @TempDir Path dir;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private StandIn standIn;
  private HttpServer receiver;
  private long project;

  @BeforeEach
  void start() throws Exception {
    standIn = new StandIn(dir.resolve("home"));
    project = standIn.project("hello");
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/hook",
        exchange -> {
          Map<String, String> headers = new HashMap<>();
          exchange
              .getRequestHeaders()
              .forEach(
                  (name, values) ->
                      headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          events.add(new Event(headers, Json.tree(body)));
          // The receiver fails now and then: the next event comes all the same.
          exchange.sendResponseHeaders(events.size() == 2 ? 500 : 204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    standIn.close();
    receiver.stop(0);
  }

  private String url() {
    return "http://localhost:%d/hook".formatted(receiver.getAddress().getPort());
  }

  private StandIn.Answer addHook() {
    return standIn.post(
        "/projects/%d/hooks".formatted(project),
        Json.write(
            Map.of(
                "url", url(),
                "token", "the-secret",
                "push_events", false,
                "job_events", true,
                "pipeline_events", true)));
  }

  @Test
  @NeedsProgram("git")
  void everyMoveIsTold() throws Exception {
    addHook();
    Git git = Git.init(dir.resolve("copy"));
    git.commit(".gitlab-ci.yml", "build:\n  script: make\n");
    git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "HEAD:master");
    RunnerClient runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
    runner.succeed(runner.next().orElseThrow(), "");
    await().until(() -> events.size() >= 7);

    assertThat(events.stream().map(Event::status))
        .containsExactly(
            "job created",
            "job pending",
            "pipeline pending",
            "job running",
            "pipeline running",
            "job success",
            "pipeline success");
    Event last = events.getLast();
    assertThat(last.headers())
        .containsEntry("x-gitlab-event", "Pipeline Hook")
        .containsEntry("x-gitlab-token", "the-secret")
        .containsEntry("content-type", "application/json")
        .containsEntry("x-gitlab-instance", standIn.url())
        .containsKeys("idempotency-key", "x-gitlab-event-uuid", "x-gitlab-webhook-uuid");
    assertThat(last.headers().get("user-agent")).startsWith("GitLab/");
    assertThat(last.body().path("project").path("path_with_namespace").asText())
        .isEqualTo("root/hello");
    assertThat(last.body().path("object_attributes").path("detailed_status").asText())
        .isEqualTo("passed");
    assertThat(last.body().path("builds").get(0).path("status").asText()).isEqualTo("success");
    assertThat(events.getFirst().headers()).containsEntry("x-gitlab-event", "Job Hook");
    Fixtures.ifThere(
        fixtures -> {
          fixtures.hasKeysOf("webhooks-gitlab-docs/pipeline.json", last.body(), "source_pipeline");
          fixtures.hasKeysOf(
              "webhooks-gitlab-docs/job.json", events.getFirst().body(), "source_pipeline");
        });
  }

  @Test
  void aHookIsKeptWithoutShowingItsToken() {
    StandIn.Answer made = addHook();
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.body()).doesNotContain("the-secret");
    assertThat(made.json().path("token_present").asBoolean()).isTrue();
    Fixtures.ifThere(
        fixtures -> fixtures.hasKeysOf("webhooks-gitlab-docs/hook-api-response.json", made.json()));
    String one = "/projects/%d/hooks/%d".formatted(project, made.json().path("id").asLong());
    assertThat(standIn.get(one).json()).isEqualTo(made.json());
    StandIn.Answer moved =
        standIn.call("PUT", one, Json.write(Map.of("url", url() + "/2")), StandIn.ROOT);
    assertThat(moved.json().path("token_present").asBoolean()).isFalse();
    assertThat(moved.json().path("pipeline_events").asBoolean()).isTrue();
    assertThat(standIn.delete(one).status()).isEqualTo(204);
    assertThat(standIn.get(one).status()).isEqualTo(404);
    assertThat(standIn.post("/projects/%d/hooks".formatted(project), "{}").status()).isEqualTo(400);
  }

  @Test
  void localAddressesAreRefusedUnlessAllowed() {
    standIn.close();
    Map<String, String> env = standIn.env();
    env.put("NEWCI_ALLOW_LOCAL_HOOKS", "false");
    try (StandInService strict = StandInService.start(env)) {
      assertThat(strict.url()).hasToString(standIn.url());
      for (String bad :
          List.of(
              "http://127.0.0.1/x",
              "http://[::1]/x",
              "http://10.1.2.3/",
              "http://169.254.169.254/",
              "http://192.168.1.1:8080/",
              "ftp://example.org/",
              "nonsense")) {
        StandIn.Answer answer =
            standIn.post("/projects/%d/hooks".formatted(project), Json.write(Map.of("url", bad)));
        assertThat(answer.status()).as(bad).isEqualTo(422);
      }
    }
    standIn.start();
  }
}

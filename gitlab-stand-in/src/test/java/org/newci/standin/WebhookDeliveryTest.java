package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;
import org.newci.shell.json.Json;

/** Push and tag events, the signature, and deliveries that go wrong. */
@NeedsProgram("git")
class WebhookDeliveryTest {

  private static final byte[] KEY = new byte[32];

  private record Event(Map<String, String> headers, String body) {
    JsonNode json() {
      return Json.tree(body);
    }
  }

  @TempDir Path dir;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile int answer = 204;
  private HttpServer receiver;
  private StandIn standIn;
  private String hooks;
  private Git git;

  @BeforeEach
  void start() throws Exception {
    standIn = new StandIn(dir.resolve("home"));
    hooks = "/projects/%d/hooks".formatted(standIn.project("hello"));
    git = Git.init(dir.resolve("copy"));
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          Map<String, String> headers = new HashMap<>();
          exchange
              .getRequestHeaders()
              .forEach((name, all) -> headers.put(name.toLowerCase(Locale.ROOT), all.getFirst()));
          byte[] body = exchange.getRequestBody().readAllBytes();
          events.add(new Event(headers, new String(body, StandardCharsets.UTF_8)));
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    standIn.close();
    receiver.stop(0);
  }

  private StandIn.Answer hook(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putIfAbsent("url", "http://localhost:%d/".formatted(receiver.getAddress().getPort()));
    return standIn.post(hooks, Json.write(all));
  }

  private void push(String... what) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT)));
    arguments.addAll(List.of(what));
    git.run(arguments.toArray(String[]::new));
  }

  private Event next(int number) {
    await().until(() -> events.size() > number);
    return events.get(number);
  }

  @Test
  void aPushIsToldAndSigned() throws Exception {
    StandIn.Answer made =
        hook(
            Map.of(
                "signing_token",
                "whsec_" + Base64.getEncoder().encodeToString(KEY),
                "token",
                "the-secret",
                "tag_push_events",
                true,
                "push_events_branch_filter",
                "mas*"));
    assertThat(made.json().path("signing_token_present").asBoolean()).isTrue();
    assertThat(made.body()).doesNotContain("whsec_", "the-secret");
    git.commit("a.txt", "one");
    git.commit("b.txt", "two");
    push("master");
    Event first = next(0);
    assertThat(first.headers())
        .containsEntry("x-gitlab-event", "Push Hook")
        .containsEntry("x-gitlab-token", "the-secret");
    JsonNode body = first.json();
    assertThat(body.path("before").asText()).isEqualTo("0".repeat(40));
    assertThat(body.path("ref").asText()).isEqualTo("refs/heads/master");
    assertThat(body.path("ref_protected").asBoolean()).isTrue();
    assertThat(body.path("total_commits_count").asInt()).isEqualTo(2);
    assertThat(body.path("commits").get(1).path("added").get(0).asText()).isEqualTo("b.txt");

    String id = first.headers().get("webhook-id");
    String time = first.headers().get("webhook-timestamp");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    byte[] print =
        mac.doFinal((id + "." + time + "." + first.body()).getBytes(StandardCharsets.UTF_8));
    assertThat(first.headers())
        .containsEntry("webhook-signature", "v1," + Base64.getEncoder().encodeToString(print))
        .containsEntry("idempotency-key", id);

    push("master:other");
    git.commit("a.txt", "three");
    push("master");
    JsonNode second = next(1).json();
    assertThat(second.path("total_commits_count").asInt()).isEqualTo(1);
    assertThat(second.path("commits").get(0).path("modified").get(0).asText()).isEqualTo("a.txt");
    git.run("tag", "-a", "v1", "-m", "first");
    push("v1");
    Event tag = next(2);
    assertThat(tag.headers()).containsEntry("x-gitlab-event", "Tag Push Hook");
    assertThat(tag.json().path("message").asText()).contains("first");
    push(":v1");
    assertThat(next(3).json().path("checkout_sha").isNull()).isTrue();
    Fixtures.ifThere(
        fixtures -> {
          for (String folder :
              List.of("webhooks-gitlab-docs", "webhooks-gitlab4j", "webhooks-go-gitlab")) {
            String name = folder.equals("webhooks-gitlab4j") ? "/push-event.json" : "/push.json";
            fixtures.hasKeysOf(folder + name, body);
          }
          fixtures.hasKeysOf("webhooks-gitlab4j/tag-push-event.json", tag.json());
          fixtures.hasKeysOf("webhooks-go-gitlab/tag_push.json", tag.json());
        });
  }

  @Test
  void wrongSettingsAreRefused() {
    assertThat(hook(Map.of("signing_token", "short")).status()).isEqualTo(400);
    assertThat(hook(Map.of("branch_filter_strategy", "x")).status()).isEqualTo(400);
    assertThat(
            hook(Map.of("branch_filter_strategy", "regex", "push_events_branch_filter", "("))
                .status())
        .isEqualTo(400);
    assertThat(hook(Map.of("custom_headers", List.of())).status()).isEqualTo(400);
  }

  @Test
  void aReceiverThatFailsIsLeftInPeace() throws Exception {
    answer = 500;
    String one = hooks + "/" + hook(Map.of()).json().path("id").asLong();
    for (int i = 0; i < 4; i++) {
      git.commit("a.txt", "version " + i);
      push("master");
      next(i);
    }
    await()
        .untilAsserted(
            () ->
                assertThat(standIn.get(one).json().path("alert_status").asText())
                    .isEqualTo("temporarily_disabled"));
    assertThat(standIn.get(one).json().path("disabled_until").isTextual()).isTrue();
    git.commit("a.txt", "more");
    push("master");
    assertThat(hook(Map.of("token", "second")).status()).isEqualTo(201);
    git.commit("a.txt", "still more");
    push("master");
    assertThat(next(4).headers()).containsEntry("x-gitlab-token", "second");
  }

  @Test
  void eventsCanBeMadeToGoWrong() throws Exception {
    standIn.close();
    Map<String, String> env = standIn.env();
    env.put("NEWCI_HOOK_FAULTS", "double=1,delay=0.5:20ms,reorder=0.5:20ms,seed=3");
    try (StandInService faulty = StandInService.start(env)) {
      assertThat(faulty.url()).hasToString(standIn.url());
      hook(Map.of());
      git.commit("a.txt", "one");
      push("master");
      assertThat(next(1).headers().get("idempotency-key"))
          .isEqualTo(next(0).headers().get("idempotency-key"));
    }
    env.put("NEWCI_HOOK_FAULTS", "lose=2");
    assertThatThrownBy(() -> StandInService.start(env))
        .hasMessageContaining("NEWCI_HOOK_FAULTS: 'lose=2' is no fault");
    standIn.start();
  }
}

package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RegistryRules;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.acceptance.system.Web;

/** S21, S22 and watched repositories: what is told from outside only makes NewCI look. */
class WebhooksTest extends Fixture {

  private static final String SLOW_CI =
      """
      build:
        script:
          - echo started
          - sleep 3
          - tr a-z A-Z < seed > slow.bin
        artifacts:
          paths: [slow.bin]
      """;

  private Sources.Repository slow(String name) {
    return sources.repository(name, Map.of(".gitlab-ci.yml", SLOW_CI, "seed", name + "\n"));
  }

  private String submit(Sources.Repository repository, String published) {
    String body =
        """
        {"repo":"%s","ref":"master","artifact":"slow.bin","published_name":"%s"}
        """
            .formatted(repository.url(), published);
    Web.Answer answer = newci.web().post(newci.env("NEWCI_URL") + "/cd", body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    String id = answer.json().path("id").asText();
    Awaitility.await("the job of build " + id)
        .atMost(RunningSystem.BUILD_LIMIT)
        .until(() -> newci.log(id).contains("started"));
    return id;
  }

  private int event(String secret, String body) {
    return newci
        .web()
        .as("")
        .send(
            "POST",
            newci.env("NEWCI_URL") + "/webhooks/gitlab",
            bytes(body),
            "X-Gitlab-Token",
            secret)
        .status();
  }

  private String secret(String file) throws IOException {
    return Files.readString(newci.data().resolve("controller/secrets").resolve(file)).strip();
  }

  @Test
  void s21ForgedForeignAndRepeatedEventsDeployOnceAndOnlyAfterTheEnd() throws IOException {
    String id = submit(slow("s21"), "s21.bin");
    JsonNode running = newci.build(id).path("pipeline");
    String finished =
        """
        {"object_kind":"pipeline",
         "object_attributes":{"id":%d,"status":"success","sha":"%s"},
         "project":{"id":%d}}
        """;
    long pipeline = running.path("id").asLong();
    long project = running.path("project_id").asLong();
    String commit = newci.build(id).path("commit").asText();
    String right = secret("webhook.secret");
    String own = finished.formatted(pipeline, commit, project);
    assertThat(event("", own)).isEqualTo(401);
    assertThat(event("wrong", own)).isEqualTo(401);
    List<String> events =
        List.of(
            finished.formatted(pipeline, commit, 999_999),
            finished.formatted(pipeline, "0".repeat(40), project),
            finished.formatted(pipeline + 1_000, commit, project),
            "{broken",
            own,
            own,
            own);
    for (String body : events) {
      assertThat(event(right, body)).isEqualTo(202);
    }
    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    for (int i = 0; i < 3; i++) {
      assertThat(event(right, own)).isEqualTo(202);
    }
    assertThat(newci.build(id)).isEqualTo(build);
    assertThat(build.path("steps").findValuesAsText("name"))
        .containsExactly("mirror", "build", "collect", "deploy");
    JsonNode job =
        newci
            .gitlab("GET", "/projects/%d/pipelines/%d/jobs".formatted(project, pipeline))
            .json()
            .path(0);
    assertThat(Instant.parse(build.path("steps").path(3).path("start").asText()))
        .as("whatever the events said, nothing is deployed while the job runs")
        .isAfterOrEqualTo(Instant.parse(job.path("finished_at").asText()));
    assertThat(newci.published("s21.bin").body()).isEqualTo(bytes("S21\n"));
  }

  @Test
  void s22ABuildEndsThoughItsWebhookIsLost() {
    String id = submit(slow("s22"), "s22.bin");
    String hooks = "/projects/%d/hooks".formatted(project(id));
    JsonNode all = newci.gitlab("GET", hooks).json();
    assertThat(all).isNotEmpty();
    for (JsonNode hook : all) {
      Web.Answer gone = newci.gitlab("DELETE", hooks + "/" + hook.path("id").asLong());
      assertThat(gone.status()).as(gone.text()).isEqualTo(204);
    }
    assertThat(newci.gitlab("GET", hooks).json()).isEmpty();
    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    assertThat(newci.published("s22.bin").body()).isEqualTo(bytes("S22\n"));
  }

  private long project(String id) {
    return newci.build(id).path("pipeline").path("project_id").asLong();
  }

  /** One is asked for its refs every few seconds, one would be asked once an hour. */
  @Test
  void aPushAloneIsBuiltAndPublishedAndAWebhookMakesItSooner() throws Exception {
    Sources.Repository polled = hello("polled", "before\n");
    Sources.Repository told = hello("told", "before\n");
    String rule =
        """
          - match: %s
            loopback: true
            publish: ["*.bin"]
            watch: {branches: [master], artifact: hello.bin, publish_as: %s.bin, every: %s}
        """;
    String rules =
        rule.formatted(polled.url(), "polled", "5s") + rule.formatted(told.url(), "told", "1h");
    try (RegistryRules _ = RegistryRules.before(newci, rules)) {
      untilServed("polled.bin", "BEFORE\n");
      untilServed("told.bin", "BEFORE\n");
      polled.commit(Map.of("seed", "polled\n"));
      String commit = told.commit(Map.of("seed", "told\n"));
      String push =
          "{\"ref\":\"refs/heads/master\",\"repository\":{\"clone_url\":\"%s\"}}"
              .formatted(told.url());
      assertThat(push(push, "0".repeat(64))).isEqualTo(401);
      assertThat(push(push, hmac(secret("push.secret"), push + " "))).isEqualTo(401);
      assertThat(push(push, hmac(secret("push.secret"), push))).isEqualTo(202);
      untilServed("told.bin", "TOLD\n");
      untilServed("polled.bin", "POLLED\n");
      JsonNode build = newci.finished(newest(told).orElseThrow());
      assertThat(build.path("submitter").asText()).isEqualTo("push");
      assertThat(build.path("commit").asText()).isEqualTo(commit);
      assertThat(builds(told)).hasSize(2);
      assertThat(builds(polled)).hasSize(2);
    }
  }

  private int push(String body, String signature) {
    return newci
        .web()
        .as("")
        .send(
            "POST",
            newci.env("NEWCI_URL") + "/webhooks/push",
            bytes(body),
            "Content-Type",
            "application/json",
            "X-GitHub-Event",
            "push",
            "X-Hub-Signature-256",
            "sha256=" + signature)
        .status();
  }

  private static String hmac(String secret, String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(bytes(body)));
  }

  private void untilServed(String name, String text) {
    Awaitility.await(name + " to be served")
        .atMost(RunningSystem.BUILD_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> newci.published(name).text().equals(text));
  }

  private List<String> builds(Sources.Repository repository) {
    return newci
        .web()
        .get(newci.env("NEWCI_URL") + "/status")
        .json()
        .path("builds")
        .properties()
        .stream()
        .filter(build -> build.getValue().path("repo").asText().equals(repository.url()))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private Optional<String> newest(Sources.Repository repository) {
    return builds(repository).stream().reduce((_, later) -> later);
  }
}

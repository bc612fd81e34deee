package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;

/** S38: deployments are stopped, and go on, while builds do not care. */
class StopsTest extends Fixture {

  @Test
  void s38StoppedDeploymentsWaitWhileBuildsGoOn() {
    Sources.Repository repository = hello("s38", "first\n");
    String url = newci.env("NEWCI_URL");
    assertThat(newci.newci("stop").exit()).isEqualTo(2);
    assertThat(newci.web().post(url + "/stop", "{\"reason\":\"\"}").status()).isEqualTo(400);
    assertThat(newci.newci("stop", "--reason", "the disk is full").ok()).contains("operator");
    try {
      String first = submit(repository);
      untilHeld(first);
      repository.commit(Map.of("seed", "second\n"));
      String second = submit(repository);
      untilHeld(second);
      assertStopped(first);
      assertThat(newci.published("s38.bin").status()).isEqualTo(404);

      newci.newci("resume").ok();
      for (String id : List.of(first, second)) {
        JsonNode build = newci.finished(id);
        assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
      }
    } finally {
      newci.newci("resume");
    }
    assertThat(newci.published("s38.bin").body()).isEqualTo(bytes("SECOND\n"));
    JsonNode stops = newci.web().get(url + "/stops").json();
    assertThat(stops.path("stops")).isEmpty();
    assertThat(stops.path("log").path(0).path("kind").asText()).isEqualTo("resume");
    assertThat(stops.path("log").path(1).path("reason").asText()).isEqualTo("the disk is full");
  }

  private String submit(Sources.Repository repository) {
    String body =
        """
        {"repo":"%s","ref":"master","artifact":"hello.bin","published_name":"s38.bin"}
        """
            .formatted(repository.url());
    return newci.web().post(newci.env("NEWCI_URL") + "/cd", body).json().path("id").asText();
  }

  private void assertStopped(String build) {
    assertThat(newci.build(build).path("sentence").asText())
        .contains("operator", "the disk is full");
    JsonNode status = newci.web().get(newci.env("NEWCI_URL") + "/status").json();
    JsonNode stop = status.path("stops").path(0);
    assertThat(stop.path("reason").asText()).isEqualTo("the disk is full");
    assertThat(stop.path("by").asText()).isEqualTo("operator");
    assertThat(stop.path("since").asText()).isNotBlank();
  }

  private void untilHeld(String id) {
    Awaitility.await("build " + id + " to be held")
        .atMost(RunningSystem.BUILD_LIMIT)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> newci.build(id).path("state").asText().equals("held"));
  }
}

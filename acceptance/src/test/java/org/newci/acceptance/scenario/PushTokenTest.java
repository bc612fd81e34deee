package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The push to GitLab is made with a token of that one project, which ends with its pipeline. */
class PushTokenTest extends Fixture {

  @Test
  void eachPushHasATokenOfItsProjectAloneWhichIsRevokedAfterwards() {
    String id = newci.submit(hello("push-token", "x\n").url(), "master", "hello.bin");
    JsonNode build = newci.finished(id);
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");
    String project = "/projects/" + build.path("pipeline").path("project_id").asLong();

    String pipeline = project + "/pipelines/" + build.path("pipeline").path("id").asLong();
    assertThat(newci.gitlab("GET", pipeline).json().path("user").path("username").asText())
        .as("who pushed")
        .matches("project_\\d+_bot_.*");

    String tokens = project + "/access_tokens";
    Awaitility.await("the token to be revoked")
        .atMost(Duration.ofSeconds(30))
        .until(() -> newci.gitlab("GET", tokens).json().isEmpty());
    JsonNode revoked = newci.gitlab("GET", tokens + "?revoked=true").json();
    assertThat(revoked).hasSize(1);
    assertThat(revoked.get(0).path("scopes").toString()).isEqualTo("[\"write_repository\"]");
  }
}

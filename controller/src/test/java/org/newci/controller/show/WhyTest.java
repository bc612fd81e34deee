package org.newci.controller.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.controller.Rig;

class WhyTest {

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

  private JsonNode condition(String id, String name) {
    for (JsonNode one : rig.get("/builds/" + id + "/why").path("conditions")) {
      if (one.path("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no " + name + " in " + rig.get("/builds/" + id + "/why"));
  }

  @Test
  void aBuildInTheQueueSaysWhoHoldsItsProject() throws Exception {
    rig.vcs.begins = "running";
    String first = rig.submit(REPO, null);
    rig.untilState(first, "building");
    String second = rig.submit(REPO, null);
    String third = rig.submit(REPO, null);
    assertThat(condition(second, "project-free").path("holds").asBoolean()).isFalse();
    assertThat(condition(second, "project-free").path("sentence").asText()).contains(first);
    assertThat(condition(second, "project-free").has("since")).isTrue();
    assertThat(condition(second, "first-in-line").path("holds").asBoolean()).isTrue();
    assertThat(condition(third, "first-in-line").path("holds").asBoolean()).isFalse();
    assertThat(condition(third, "started").path("holds").asBoolean()).isFalse();
    assertThat(condition(first, "copied-to-gitlab").path("holds").asBoolean()).isTrue();
    assertThat(condition(first, "pipeline-passed").path("holds").asBoolean()).isFalse();
    assertThat(condition(first, "pipeline-ends-in-time").path("sentence").asText())
        .startsWith("There is time until");
  }

  @Test
  void aFailedBuildSaysWhatDidNotHold() throws Exception {
    rig.vcs.begins = "failed";
    String id = rig.submit(REPO, "app.bin");
    JsonNode build = rig.untilFinished(id);
    JsonNode passed = condition(id, "pipeline-passed");
    assertThat(passed.path("holds").asBoolean()).isFalse();
    assertThat(passed.path("since")).isEqualTo(build.path("finished_at"));
    assertThat(passed.path("sentence")).isEqualTo(build.path("sentence"));
    assertThat(condition(id, "artifact-served").path("holds").asBoolean()).isFalse();
    assertThat(condition(id, "wanted").path("holds").asBoolean()).isTrue();
  }

  @Test
  void aHeldBuildNamesTheStop() throws Exception {
    rig.send("POST", "/stop", "{\"reason\":\"The site moves.\"}");
    String id = rig.submit(REPO, "app.bin");
    rig.untilState(id, "held");
    JsonNode stopped = condition(id, "deployments-go-on");
    assertThat(stopped.path("holds").asBoolean()).isFalse();
    assertThat(stopped.path("sentence").asText()).contains("The site moves.");
    assertThat(condition(id, "artifact-in-store").path("holds").asBoolean()).isTrue();
  }

  @Test
  void aPrivateBuildHasNoReasonsForOthers() throws Exception {
    rig.registry(
        """
        projects:
          - match: https://git.example/*
            submit: [user:ann]
            read: [user:ann]
            publish: ['*']
        """);
    rig.restart();
    String id = rig.submit(REPO, null);
    assertThat(rig.as("eve", Set.of(), "GET", "/builds/" + id + "/why", "").statusCode())
        .isEqualTo(404);
    assertThat(rig.as("ann", Set.of(), "GET", "/builds/" + id + "/why", "").statusCode())
        .isEqualTo(200);
  }
}

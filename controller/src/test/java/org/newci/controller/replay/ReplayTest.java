package org.newci.controller.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.controller.Rig;

class ReplayTest {

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

  private void edit(String sql) throws Exception {
    rig.service.close();
    try (Connection direct =
            DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("data/builds.db"));
        Statement statement = direct.createStatement()) {
      statement.execute("DROP TRIGGER event_is_never_edited");
      assertThat(statement.executeUpdate(sql)).isPositive();
    }
    rig.start();
  }

  @Test
  void everythingIsDecidedAsItWas() throws Exception {
    rig.untilFinished(rig.submit(REPO, "app.bin"));
    rig.untilFinished(rig.submit(REPO + "2", null));
    JsonNode first = rig.get("/replay?limit=1");
    assertThat(first.path("builds").asInt()).isEqualTo(1);
    assertThat(first.has("difference")).isFalse();
    JsonNode rest = rig.get("/replay?after=" + first.path("next").asLong());
    assertThat(rest.path("builds").asInt()).isEqualTo(1);
    assertThat(rest.path("events").asInt()).isGreaterThan(2);
    assertThat(rest.has("difference")).isFalse();
    assertThat(rest.has("next")).isFalse();
  }

  @Test
  void theFirstEditedDecisionIsNamed() throws Exception {
    String id = rig.submit(REPO, null);
    rig.untilFinished(id);
    edit("UPDATE event SET sentence = 'All is well.' WHERE seq = 3");
    JsonNode difference = rig.get("/replay").path("difference");
    assertThat(difference.path("build").asText()).isEqualTo(id);
    assertThat(difference.path("event").asInt()).isEqualTo(3);
    assertThat(difference.path("kept").asText()).isEqualTo("building: All is well.");
    assertThat(difference.path("decided").asText())
        .startsWith("building: Waiting for the pipeline");
  }

  @Test
  void aBuildThatIsNotWhatItsEventsMadeIsNamedToo() throws Exception {
    rig.untilFinished(rig.submit(REPO, null));
    edit("UPDATE build_body SET body = replace(body, 'Nothing was', 'Something was')");
    JsonNode difference = rig.get("/replay").path("difference");
    assertThat(difference.path("kind").asText()).isEqualTo("the build itself");
  }

  @Test
  void whoMayNotReadTheBuildDoesNotReadItHere() throws Exception {
    rig.registry(
        """
        projects:
          - match: https://git.example/*
            submit: [user:ann]
            read: [user:ann]
            publish: ['*']
        """);
    rig.restart();
    rig.untilFinished(rig.submit(REPO, null));
    edit("UPDATE event SET sentence = 'All is well.' WHERE seq = 3");
    String body = rig.as("eve", Set.of(), "GET", "/replay", "").body();
    assertThat(body).contains("not for you to read").doesNotContain("All is well");
  }

  @Test
  void onlyTheScopeOpensIt() throws Exception {
    EnumSet<Scope> others = EnumSet.complementOf(EnumSet.of(Scope.REPLAY_GET));
    int status =
        rig.send("GET", "/replay", "", "Authorization", "Bearer " + rig.token("ann", others))
            .statusCode();
    assertThat(status).isEqualTo(403);
    assertThat(rig.send("GET", "/replay?limit=many", "").statusCode()).isEqualTo(400);
  }
}

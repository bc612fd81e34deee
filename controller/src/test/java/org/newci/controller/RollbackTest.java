package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.deploy.RedeployRequest;
import org.newci.contracts.store.Provenance;
import org.newci.contracts.store.RetentionRequest;
import org.newci.controller.upkeep.RetentionRules;
import org.newci.shell.json.Json;

/** Going back, where artifacts come from, and what must not be forgotten. */
class RollbackTest {

  private Rig rig;
  private JsonNode build;
  private String id;
  private String sha256;

  @BeforeEach
  void start(@TempDir Path dir) throws Exception {
    rig = new Rig(dir).start();
    id = rig.submit("https://git.example/hello.git", "dist/hello.bin");
    build = rig.untilFinished(id);
    sha256 = build.path("artifact_digest").asText().replace("sha256:", "");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void theFormerBytesAreAskedForWithWhoAndWhy() throws Exception {
    var answer = rig.send("POST", "/rollback", "{\"name\":\"hello.bin\",\"why\":\"broken\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Json.tree(answer.body()).path("by").asText()).isEqualTo("ann");
    assertThat(rig.deployer.redeploys)
        .containsExactly(new RedeployRequest("test", "hello.bin", null, sha256, "ann", "broken"));

    for (String to : List.of(id, "sha256:" + sha256)) {
      rig.send(
          "POST",
          "/rollback",
          Json.write(Map.of("environment", "staging", "name", "hello.bin", "to", to, "why", "x")));
      assertThat(rig.deployer.redeploys.getLast())
          .isEqualTo(new RedeployRequest("staging", "hello.bin", sha256, sha256, "ann", "x"));
    }
    assertThat(rig.deployer.requests).hasSize(1);
    assertThat(rig.vcs.mirrors).hasSize(1);
  }

  @Test
  void whatCannotBeDoneIsSaidInASentence() throws Exception {
    for (Map<String, String> bad :
        List.of(
            Map.of("name", "hello.bin"),
            Map.of("why", "x"),
            Map.of("name", "hello.bin", "why", "x", "to", "no-build"),
            Map.of("name", "hello.bin", "why", "x", "to", "sha256:zz"),
            Map.of("name", "hello.bin", "why", "x", "unknown", "y"))) {
      assertThat(rig.send("POST", "/rollback", Json.write(bad)).statusCode())
          .as(bad.toString())
          .isEqualTo(400);
    }
    var never =
        rig.send(
            "POST",
            "/rollback",
            Json.write(Map.of("name", "hello.bin", "why", "x", "to", "sha256:" + "9".repeat(64))));
    assertThat(never.statusCode()).isEqualTo(409);
    assertThat(never.body()).contains("was not served as 'hello.bin' in test before");
    assertThat(rig.deployer.redeploys).isEmpty();
    rig.deployer.refuses = "Nothing was served before.";
    var refused = rig.send("POST", "/rollback", "{\"name\":\"hello.bin\",\"why\":\"x\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("Nothing was served before.");
    rig.deployer.close();
    var gone = rig.send("POST", "/rollback", "{\"name\":\"hello.bin\",\"why\":\"x\"}");
    assertThat(gone.statusCode()).isEqualTo(502);
    assertThat(gone.body()).contains("/problems/peer-unreachable", "deploy worker");
    String token = rig.token("eve", Set.of(Scope.CD_POST));
    assertThat(rig.send("POST", "/rollback", "{}", "Authorization", "Bearer " + token).statusCode())
        .isEqualTo(403);
  }

  /** Whose the bytes are is known by the build alone: without one the answer is no. */
  @Test
  void whatNoKnownBuildServedIsForOperators() throws Exception {
    rig.registry(
        """
        operators: [user:ops]
        default: {submit: [everybody], publish: ['*']}
        """);
    rig.restart();
    DeployRequest known = rig.deployer.requests.getFirst();
    rig.deployer.requests.set(
        0,
        DeployRequest.of(
            new DeployRequest.Item(known.artifactId(), known.publishedName(), known.sha256()),
            "01jxxxxxxxxxxxxxxxxxxxxxxx",
            1,
            1,
            known.environment()));
    for (String name : List.of("hello.bin", "never-served")) {
      String body = "{\"name\":\"%s\",\"why\":\"x\"}".formatted(name);
      var refused = rig.as("eve", Set.of(), "POST", "/rollback", body);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      assertThat(rig.deployer.redeploys).isEmpty();
    }
    String body = "{\"name\":\"hello.bin\",\"why\":\"x\"}";
    assertThat(rig.as("ops", Set.of(), "POST", "/rollback", body).statusCode()).isEqualTo(200);
  }

  @Test
  void aRefusedTokenOfTheControllerIsNotThePersons() throws Exception {
    rig.deployer.refusesToken = true;
    for (String[] asked :
        new String[][] {
          {"/rollback", "{\"name\":\"hello.bin\",\"why\":\"x\"}"},
          {"/store/retention", "{\"artifact_days\":30}"}
        }) {
      var answer = rig.send("POST", asked[0], asked[1]);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
      assertThat(answer.body()).contains("/problems/peer-refused", "controller's own token");
    }
  }

  @Test
  void whatIsOldIsRemovedByItself(@TempDir Path own) throws Exception {
    RetentionRequest ages = new RetentionRequest(false, 30, null, 7, null);
    try (Rig other = new Rig(own).retention(new RetentionRules(Duration.ofMillis(50), ages))) {
      other.start();
      String served = other.submit("https://git.example/hello.git", "dist/hello.bin");
      String digest = other.untilFinished(served).path("artifact_digest").asText();
      await().until(() -> keeps(other, digest.substring(7)));
      RetentionRequest asked = other.store.retentions.getLast();
      assertThat(asked.artifactDays()).isEqualTo(30);
      assertThat(asked.uploadDays()).isNull();
      assertThat(asked.logDays()).isEqualTo(7);
      JsonNode view = Json.tree(other.send("GET", "/store/retention", "").body());
      assertThat(view.path("rules").path("artifact_days").asInt()).isEqualTo(30);
      assertThat(view.path("report").path("removed").asInt()).isZero();

      other.deployer.refusesToken = true;
      await()
          .until(
              () ->
                  other
                      .send("GET", "/store/retention", "")
                      .body()
                      .contains("controller's own token"));
      int before = other.store.retentions.size();
      assertThat(other.send("POST", "/store/retention", "{}").statusCode()).isEqualTo(502);
      assertThat(other.store.retentions).hasSize(before);
    }
    var off = Json.tree(rig.send("GET", "/store/retention", "").body());
    assertThat(off.has("every_seconds")).as(off.toString()).isFalse();
    assertThat(rig.store.retentions).isEmpty();
  }

  private static boolean keeps(Rig other, String sha256) {
    return !other.store.retentions.isEmpty()
        && other.store.retentions.getLast().keep().contains(sha256);
  }

  @Test
  void everyPageOfWhatIsServedIsKept() throws Exception {
    String other = rig.submit("https://git.example/other.git", "dist/hello.bin");
    rig.untilFinished(other);
    rig.deployer.requests.add(
        new org.newci.contracts.deploy.DeployRequest(
            "sha256:" + "d".repeat(64), "third", "d".repeat(64), "b", 9L, null, null, null));
    rig.send("POST", "/store/retention", "{\"artifact_days\":30}");
    assertThat(rig.store.retentions.getFirst().keep()).contains(sha256, "d".repeat(64));
  }

  @Test
  void theStoreLearnsWhereAnArtifactComesFrom() {
    Provenance note = rig.store.provenance.get("sha256:" + sha256);
    assertThat(note).isNotNull();
    assertThat(note.repo()).isEqualTo("https://git.example/hello.git");
    assertThat(note.build()).isEqualTo(id);
    assertThat(note.commit()).isEqualTo(build.path("commit").asText());
    assertThat(note.pipeline()).isEqualTo(build.path("pipeline").path("id").asLong());
    assertThat(note.path()).isEqualTo("dist/hello.bin");
  }

  @Test
  void whatIsServedOrWasIsKept() throws Exception {
    var answer = rig.send("POST", "/store/retention", "{\"dry_run\":true,\"artifact_days\":30}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    RetentionRequest asked = rig.store.retentions.getFirst();
    assertThat(asked.dryRun()).isTrue();
    assertThat(asked.keep()).contains(sha256, "e".repeat(64));
    rig.deployer.known = List.of("staging", "production");
    assertThat(rig.send("POST", "/store/retention", "{\"artifact_days\":30}").statusCode())
        .as("no environment is called test")
        .isEqualTo(200);
    rig.store.retentions.removeLast();
    rig.deployer.close();
    assertThat(rig.send("POST", "/store/retention", "{\"artifact_days\":30}").statusCode())
        .isEqualTo(502);
    assertThat(rig.store.retentions).hasSize(1);
  }
}

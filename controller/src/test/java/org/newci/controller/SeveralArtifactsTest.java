package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.store.GrantRequest;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.shell.json.Json;

/** {@code "artifacts": […]} in {@code POST /cd}: from the order to one deployment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeveralArtifactsTest {

  private Rig rig;

  @BeforeAll
  void start(@TempDir Path dir) throws Exception {
    rig = new Rig(dir).start();
  }

  @AfterAll
  void stop() {
    rig.close();
  }

  @Test
  void allAreCollectedAndAppearInOneDeployment() throws Exception {
    String id =
        post(
            "{\"artifact\":\"out/app.bin\",\"published_name\":\"app\"},"
                + "{\"artifact\":\"doc/app.html\"}");
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
    assertThat(rig.vcs.collects)
        .filteredOn(one -> id.equals(one.build()))
        .extracting(CollectRequest::artifact)
        .containsExactly("out/app.bin", "doc/app.html");

    // Each came by a grant of its own that was sealed before its digest was believed.
    assertThat(rig.store.granted)
        .filteredOn(one -> id.equals(one.build()))
        .extracting(GrantRequest::name, GrantRequest::alias)
        .containsExactly(tuple(id + ".app.bin", "app.bin"), tuple(id + ".app.html", "app.html"));
    assertThat(rig.vcs.collects)
        .filteredOn(one -> id.equals(one.build()))
        .extracting(CollectRequest::grant)
        .doesNotHaveDuplicates()
        .allMatch(rig.store.sealed::contains);

    List<DeployRequest> deployments = deployments(id);
    assertThat(deployments).hasSize(1);
    DeployRequest one = deployments.getFirst();
    assertThat(one.artifactId()).isNull();
    assertThat(one.artifacts())
        .extracting(DeployRequest.Item::publishedName)
        .containsExactly("app", "app.html");
    JsonNode shown = build.path("artifacts");
    assertThat(shown).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(shown.get(i).path("artifact_digest").asText())
          .isEqualTo(one.artifacts().get(i).artifactId())
          .isEqualTo("sha256:" + one.artifacts().get(i).sha256());
    }
    assertThat(shown.get(0).path("artifact_digest"))
        .isNotEqualTo(shown.get(1).path("artifact_digest"));
    assertThat(build.path("url").asText()).isEqualTo("https://site/app");

    String again = id(rig.send("POST", "/builds/" + id + "/retry", "").body());
    assertThat(rig.untilFinished(again).path("artifacts")).hasSize(2);
    assertThat(deployments(again).getFirst().artifacts()).hasSize(2);

    var back =
        rig.send(
            "POST",
            "/rollback",
            "{\"name\":\"app.html\",\"to\":\"%s\",\"why\":\"x\"}".formatted(id));
    assertThat(back.statusCode()).as(back.body()).isEqualTo(200);
    assertThat("sha256:" + Json.tree(back.body()).path("sha256").asText())
        .isEqualTo(shown.get(1).path("artifact_digest").asText());
    var none =
        rig.send(
            "POST", "/rollback", "{\"name\":\"other\",\"to\":\"%s\",\"why\":\"x\"}".formatted(id));
    assertThat(none.statusCode()).isEqualTo(409);
  }

  @Test
  void aListOfOneIsTheSingleForm() throws Exception {
    String id = post("{\"artifact\":\"dist/hello.bin\"}");
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("published_name").asText()).isEqualTo("hello.bin");
    assertThat(build.has("artifacts")).isFalse();
    assertThat(deployments(id).getFirst().artifacts()).isNull();
    assertThat(deployments(id).getFirst().publishedName()).isEqualTo("hello.bin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"artifacts\":[]|0 entries",
        "\"artifacts\":[null]|'artifact' is missing",
        "\"artifacts\":[{}]|'artifact' is missing",
        "\"artifacts\":{}|artifacts",
        "\"artifacts\":[\"a\"]|artifacts",
        "\"artifacts\":[{\"artifact\":\"a\",\"name\":\"b\"}]|name",
        "\"artifacts\":[{\"artifact\":\"a\",\"published_name\":\"../b\"}]|published_name",
        "\"artifacts\":[{\"artifact\":\"a/x\"},{\"artifact\":\"b/x\"}]|'x' is published twice",
        "\"artifact\":\"a\",\"artifacts\":[{\"artifact\":\"a\"}]|expected either",
        "\"published_name\":\"a\",\"artifacts\":[{\"artifact\":\"a\"}]|expected either",
      })
  void whatCannotBeMeantIsRefusedInASentence(String fields, String sentence) throws Exception {
    var answer =
        rig.send(
            "POST",
            "/cd",
            "{\"repo\":\"https://git.example/x\",\"ref\":\"main\",%s}".formatted(fields));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(Json.tree(answer.body()).path("detail").asText()).contains(sentence);
  }

  @Test
  void twentyAreTakenAndOneMoreIsNot() throws Exception {
    JsonNode build = rig.untilFinished(post(many(20)));
    assertThat(build.path("artifacts")).hasSize(20);
    assertThat(send(many(21)).statusCode()).isEqualTo(400);
  }

  private static String many(int count) {
    return IntStream.range(0, count)
        .mapToObj("{\"artifact\":\"many-%d\"}"::formatted)
        .collect(Collectors.joining(","));
  }

  private List<DeployRequest> deployments(String build) {
    return rig.deployer.requests.stream().filter(one -> build.equals(one.build())).toList();
  }

  private String post(String items) throws Exception {
    var answer = send(items);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return id(answer.body());
  }

  private static String id(String body) {
    return Json.tree(body).path("id").asText();
  }

  private java.net.http.HttpResponse<String> send(String items) throws Exception {
    return rig.send(
        "POST",
        "/cd",
        "{\"repo\":\"https://git.example/several\",\"ref\":\"main\",\"artifacts\":[%s]}"
            .formatted(items));
  }
}

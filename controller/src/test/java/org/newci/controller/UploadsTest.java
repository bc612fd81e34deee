package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.store.GrantRequest;
import org.newci.contracts.store.Provenance;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.MirrorRequest.Variable;
import org.newci.shell.json.Json;

/** Jobs that upload by themselves, where the registry lets them. */
class UploadsTest {

  private static final String DIGEST = "d".repeat(64);
  private static final String REPO = "https://git.example/uploading/a";

  private Rig rig;

  @BeforeEach
  void start(@TempDir Path dir) throws Exception {
    rig =
        new Rig(dir)
            .registry(
                """
                projects:
                  - match: https://git.example/uploading/*
                    submit: [everybody]
                    publish: ['*']
                    uploads: true
                    limits: {build: 30m, artifact: 100}
                    variables: {COLOUR: blue}
                default:
                  submit: [everybody]
                  publish: ['*']
                """)
            .start();
    rig.vcs.begins = "running";
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void onlyWhereTheRegistrySaysSoAJobGetsAToken() throws Exception {
    Files.writeString(rig.home.ca(), "-----BEGIN…");
    String id = rig.submit(REPO, "out/app.bin");
    MirrorRequest mirror = mirror(id, 1);
    assertThat(mirror.buildVariables())
        .containsExactly(
            new Variable("COLOUR", "blue", false, false),
            new Variable("NEWCI_UPLOAD_URL", rig.store.url() + "/uploads", false, false),
            new Variable("NEWCI_UPLOAD_TOKEN", token(id, 1), true, false),
            new Variable("NEWCI_UPLOAD_CA", "-----BEGIN…", false, true));
    assertThat(rig.store.granted)
        .containsExactly(
            new GrantRequest(id + "-job-1", id + ".app.bin", "app.bin", id, 1_800L, 100L));
    assertThat(mirror.toString()).doesNotContain(token(id, 1));

    String tests = rig.submit("https://git.example/uploading/b", null);
    assertThat(keys(mirror(tests, 1))).containsExactly("COLOUR");
    String other = rig.submit("https://git.example/other", "app.bin");
    assertThat(keys(mirror(other, 1))).isEmpty();
    assertThat(rig.store.granted).hasSize(1);
  }

  @Test
  void whatIsMirroredAgainHasTheSameToken() throws Exception {
    rig.vcs.hangs = REPO;
    String id = rig.submit(REPO, "app.bin");
    MirrorRequest first = mirror(id, 1);
    rig.restart();
    assertThat(mirror(id, 2).buildVariables()).isEqualTo(first.buildVariables());
  }

  @Test
  void whatAJobUploadedIsPinnedAfterItsSealAndNothingElseIsCollected() throws Exception {
    String id = rig.submit(REPO, "out/app.bin");
    rig.untilState(id, "building");
    assertThat(rig.store.upload(token(id, 1), DIGEST)).isTrue();
    JsonNode build = succeeds(id);
    assertThat(build.path("artifact_digest").asText()).isEqualTo("sha256:" + DIGEST);
    assertThat(rig.store.upload(token(id, 1), "e".repeat(64))).as("after the seal").isFalse();
    assertThat(rig.store.sealed).containsExactly(token(id, 1));
    assertThat(rig.vcs.collects).isEmpty();
    assertThat(rig.deployer.requests.getFirst().sha256()).isEqualTo(DIGEST);
    assertThat(rig.store.provenance.get("sha256:" + DIGEST))
        .extracting(Provenance::build, Provenance::job, Provenance::path)
        .containsExactly(id, null, "out/app.bin");
    assertThat(build.path("steps").toString())
        .contains("out/app.bin, uploaded by a job, is in the store");
    for (String path : List.of("/status", "/builds/" + id, "/replay")) {
      assertThat(rig.send("GET", path, "").body()).doesNotContain(token(id, 1));
    }
  }

  @Test
  void whatNoJobUploadedIsCollectedAsEver() throws Exception {
    String id = rig.submit(REPO, "app.bin");
    rig.untilState(id, "building");
    succeeds(id);
    assertThat(rig.store.sealed).contains(token(id, 1));
    assertThat(rig.vcs.collects).extracting(CollectRequest::artifact).containsExactly("app.bin");
    assertThat(rig.store.upload(token(id, 1), DIGEST)).isFalse();
  }

  @Test
  void whereThereIsNeitherTheSentenceSaysBoth() throws Exception {
    rig.vcs.collectRefuses = "No job has the artifact 'app.bin'.";
    String id = rig.submit(REPO, "app.bin");
    rig.untilState(id, "building");
    rig.vcs.of(id).orElseThrow().job("success", 0, null);
    assertThat(rig.untilFinished(id).path("sentence").asText())
        .isEqualTo("No job has the artifact 'app.bin'. No job uploaded it by its grant either.");
  }

  /** The second is waited for when the controller goes; the first was sealed, and stays. */
  @Test
  void ofSeveralEachComesItsOwnWayAlsoAfterACrash() throws Exception {
    String body =
        "{\"repo\":\"%s\",\"ref\":\"main\",\"artifacts\":[{\"artifact\":\"a\"},{\"artifact\":\"b\"}]}"
            .formatted(REPO);
    String id = Json.tree(rig.send("POST", "/cd", body).body()).path("id").asText();
    assertThat(mirror(id, 1).buildVariables())
        .filteredOn(Variable::masked)
        .extracting(Variable::key, Variable::value)
        .containsExactly(
            tuple("NEWCI_UPLOAD_TOKEN", token(id, 1)),
            tuple("NEWCI_UPLOAD_TOKEN_1", token(id, 1)),
            tuple("NEWCI_UPLOAD_TOKEN_2", token(id, 2)));
    rig.untilState(id, "building");
    rig.store.upload(token(id, 1), DIGEST);
    rig.vcs.collectHangs = true;
    rig.vcs.of(id).orElseThrow().job("success", 0, null);
    Awaitility.await().until(() -> rig.vcs.collects.size() == 1);
    assertThat(rig.store.sealed).contains(token(id, 1), token(id, 2));
    rig.restart();
    Awaitility.await().until(() -> rig.vcs.collects.size() == 2);
    assertThat(rig.store.upload(token(id, 2), "e".repeat(64))).isFalse();
    rig.vcs.release();
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
    assertThat(rig.vcs.collects).extracting(CollectRequest::artifact).containsOnly("b");
    assertThat(build.path("artifacts").path(0).path("artifact_digest").asText())
        .isEqualTo("sha256:" + DIGEST);
  }

  private JsonNode succeeds(String id) {
    rig.vcs.of(id).orElseThrow().job("success", 0, null);
    JsonNode build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).as(build.toString()).isEqualTo("succeeded");
    return build;
  }

  /** The request to mirror that build, of those that there were. */
  private MirrorRequest mirror(String id, int number) {
    List<MirrorRequest> all =
        Awaitility.await()
            .until(
                () -> rig.vcs.mirrors.stream().filter(one -> id.equals(one.build())).toList(),
                found -> found.size() >= number);
    return all.get(number - 1);
  }

  private static List<String> keys(MirrorRequest mirror) {
    return mirror.buildVariables().stream().map(Variable::key).toList();
  }

  /** As the fake store makes them. */
  private static String token(String id, int number) {
    return "secret-%s-job-%d".formatted(id, number);
  }
}

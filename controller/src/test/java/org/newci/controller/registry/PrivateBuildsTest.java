package org.newci.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.Rig;
import org.newci.shell.json.Json;

/** The registry over HTTP: who sees what, and what builds are given. */
class PrivateBuildsTest {

  private static final String REGISTRY =
      """
      operators: ['user:root']
      projects:
        - match: https://git.example/secret/*
          credential: team-key
          replace: reset
          submit: ['group:team']
          read: ['user:auditor']
          publish: ['*']
          limits: {time: 1h, artifact: 100}
          variables: {COLOUR: blue}
          secrets:
            - {name: KEY, file: key, refs: [main]}
            - {name: PEM, file: pem, refs: ['release/*'], as_file: true}
        - match: https://git.example/small/*
          submit: [everybody]
          publish: ['*']
          limits: {artifact: 5, log: 20}
      default:
        submit: [everybody]
        publish: ['*']
      """;

  @TempDir Path dir;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new Rig(dir).registry(REGISTRY);
    Path secrets = Files.createDirectories(rig.home.secrets().resolve("builds"));
    Files.writeString(secrets.resolve("key"), "hidden-word\n");
    Files.writeString(secrets.resolve("pem"), "-----BEGIN\nlines\n");
    rig.start();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private String submit(String subject, String group, String repo, String ref) throws Exception {
    String body = "{\"repo\":\"%s\",\"ref\":\"%s\",\"artifact\":\"a.bin\"}".formatted(repo, ref);
    HttpResponse<String> answer = rig.as(subject, Set.of(group), "POST", "/cd", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Json.tree(answer.body()).path("id").asText();
  }

  private int status(String subject, String method, String path) throws Exception {
    return rig.as(subject, Set.of(), method, path, "").statusCode();
  }

  @Test
  void othersBuildsAreNotThere() throws Exception {
    String secret = submit("ann", "team", "https://git.example/secret/a", "main");
    String open = submit("eve", "x", "https://git.example/open", "main");
    String unknown = "/builds/01m8acfbwfvny1t53f1kgka53v";
    String nothing = rig.as("eve", Set.of(), "GET", unknown, "").body();
    for (String suffix : List.of("", "/log", "/events")) {
      HttpResponse<String> answer =
          rig.as("eve", Set.of("others"), "GET", "/builds/" + secret + suffix, "");
      assertThat(answer.statusCode()).isEqualTo(404);
      assertThat(answer.body().replace(secret, "ID"))
          .isEqualTo(nothing.replace(unknown.substring(8), "ID"));
    }
    assertThat(status("eve", "POST", "/builds/" + secret + "/cancel")).isEqualTo(404);
    assertThat(status("eve", "POST", "/builds/" + secret + "/retry")).isEqualTo(404);
    String seen = rig.as("eve", Set.of(), "GET", "/status", "").body();
    assertThat(seen).contains(open).doesNotContain(secret, "git.example/secret");
    for (String reader : List.of("auditor", "root")) {
      assertThat(rig.as(reader, Set.of(), "GET", "/status", "").body()).contains(secret, open);
      assertThat(status(reader, "GET", "/builds/" + secret)).isEqualTo(200);
    }
    assertThat(status("auditor", "POST", "/builds/" + secret + "/cancel")).isEqualTo(403);
    assertThat(status("auditor", "POST", "/builds/" + secret + "/retry")).isEqualTo(403);
    rig.send("GET", "/builds/" + open, "");
  }

  @Test
  void whatTheRegistryDoesNotAllowIsNoBuild() throws Exception {
    String body = Rig.order("https://git.example/secret/a", "a.bin");
    HttpResponse<String> eve = rig.as("eve", Set.of(), "POST", "/cd", body);
    assertThat(eve.statusCode()).isEqualTo(422);
    assertThat(eve.body()).contains("/problems/not-in-registry", "No pattern of the project");
    HttpResponse<String> auditor = rig.as("auditor", Set.of(), "POST", "/cd", body);
    assertThat(auditor.statusCode()).isEqualTo(403);
    assertThat(rig.as("root", Set.of(), "GET", "/status", "").body()).contains("\"builds\":{}");
    assertThat(rig.vcs.mirrors).isEmpty();
  }

  @Test
  void aBuildIsGivenWhatThePatternSays() throws Exception {
    String id = submit("ann", "team", "https://git.example/secret/a", "main");
    Awaitility.await().until(() -> !rig.vcs.mirrors.isEmpty());
    MirrorRequest request = rig.vcs.mirrors.getFirst();
    assertThat(request.credential()).isEqualTo("team-key");
    assertThat(request.replace()).isEqualTo("reset");
    assertThat(request.limits()).isEqualTo(new MirrorRequest.ProjectLimits(3_600L));
    assertThat(request.buildVariables())
        .containsExactly(
            new MirrorRequest.Variable("COLOUR", "blue", false, false),
            new MirrorRequest.Variable(
                "KEY", "hidden-word", true, false, List.of("refs/heads/main")));
    assertThat(request.loopback()).isFalse();
    Awaitility.await().until(() -> !rig.vcs.collects.isEmpty());
    assertThat(rig.vcs.collects.getFirst().maxBytes()).isEqualTo(100);

    submit("ann", "team", "https://git.example/secret/b", "release/2");
    Awaitility.await().until(() -> rig.vcs.mirrors.size() == 2);
    assertThat(rig.vcs.mirrors.getLast().buildVariables())
        .contains(
            new MirrorRequest.Variable(
                "PEM", "-----BEGIN\nlines\n", false, true, List.of("refs/heads/release/2")))
        .noneMatch(variable -> variable.key().equals("KEY"));

    submit("ann", "team", "https://git.example/secret/c", "feature");
    Awaitility.await().until(() -> rig.vcs.mirrors.size() == 3);
    assertThat(rig.vcs.mirrors.getLast().buildVariables())
        .extracting(MirrorRequest.Variable::key)
        .containsExactly("COLOUR");
    for (String path : List.of("/status", "/builds/" + id, "/builds/" + id + "/log")) {
      assertThat(rig.as("root", Set.of(), "GET", path, "").body()).doesNotContain("hidden-word");
    }
    assertThat(rig.home.data().toFile().listFiles())
        .allSatisfy(
            file ->
                assertThat(
                        Files.readString(
                            file.toPath(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("hidden-word"));
  }

  /** Once it was a tag it stays one: trying again must not make a branch of it. */
  @Test
  void tryingATagAgainCallsItATag() throws Exception {
    rig.vcs.resolvesTo = "refs/tags/release/2";
    String id = submit("ann", "team", "https://git.example/secret/b", "release/2");
    Awaitility.await()
        .until(
            () ->
                rig.as("root", Set.of(), "GET", "/builds/" + id, "")
                    .body()
                    .contains("\"finished\""));
    assertThat(status("root", "POST", "/builds/" + id + "/retry")).isEqualTo(202);
    Awaitility.await().until(() -> rig.vcs.mirrors.size() == 2);
    assertThat(rig.vcs.mirrors.getLast().ref()).isEqualTo("refs/tags/release/2");
    assertThat(rig.vcs.mirrors.getLast().buildVariables())
        .noneMatch(variable -> variable.key().equals("PEM"));
  }

  @Test
  void aSecretThatCannotBeHadOrMaskedEndsTheBuildWithoutItsValue() throws Exception {
    Files.writeString(rig.home.secrets().resolve("builds/key"), "a b");
    String id = submit("root", "x", "https://git.example/secret/a", "main");
    Awaitility.await()
        .until(
            () ->
                rig.as("root", Set.of(), "GET", "/builds/" + id, "")
                    .body()
                    .contains("KEY cannot be masked"));
    assertThat(rig.vcs.mirrors).isEmpty();
  }

  @Test
  void largerArtifactsThanAllowedAreNotDeployed() throws Exception {
    String id = submit("ann", "x", "https://git.example/small/a", "main");
    var build = rig.untilFinished(id);
    assertThat(build.path("outcome").asText()).isEqualTo("failed");
    assertThat(build.path("sentence").asText()).contains("has 6 bytes", "have 5");
    assertThat(rig.deployer.requests).isEmpty();
  }

  @Test
  void aChangedRegistryHoldsAtOnceAndABrokenOneIsSaidToOperators() throws Exception {
    rig.registry(
        "operators: ['user:root']\nprojects: [{match: 'https://h/x', submit: ['user:x']}]");
    Awaitility.await()
        .until(
            () ->
                rig.as("eve", Set.of(), "POST", "/cd", Rig.order("https://git.example/open", null))
                        .statusCode()
                    == 422);
    rig.registry("nonsense: 1");
    Awaitility.await()
        .until(
            () ->
                rig.as("root", Set.of(), "GET", "/status", "").body().contains("projects.yaml:1:"));
    assertThat(rig.as("eve", Set.of(), "GET", "/status", "").body())
        .doesNotContain("registry_problem");
  }

  /** A name that the registry gives to a second repository is not given. */
  @Test
  void aProjectIsNeverGivenToASecondRepository() throws Exception {
    rig.registry(
        "projects: [{match: 'https://h.test/*', project: 't-{name}', submit: [everybody]}]");
    rig.restart();
    assertThat(
            rig.as("ann", Set.of(), "POST", "/cd", Rig.order("https://h.test/a.b", null))
                .statusCode())
        .isEqualTo(202);
    HttpResponse<String> second =
        rig.as("ann", Set.of(), "POST", "/cd", Rig.order("https://h.test/a-b", null));
    assertThat(second.statusCode()).isEqualTo(422);
    assertThat(second.body()).contains("/problems/project-taken").doesNotContain("a.b");
    rig.restart();
    assertThat(
            rig.as("ann", Set.of(), "POST", "/cd", Rig.order("https://h.test/a-b", null))
                .statusCode())
        .isEqualTo(422);
    assertThat(
            rig.as("ann", Set.of(), "POST", "/cd", Rig.order("https://h.test/a.b.git", null))
                .statusCode())
        .isEqualTo(202);
  }
}

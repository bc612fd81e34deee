package org.newci.vcs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitDaemon;
import org.newci.neighbours.NeedsProgram;
import org.newci.shell.json.Json;
import org.newci.vcs.FakeGitLab;
import org.newci.vcs.WorkerRig;

@NeedsProgram("git")
class RepoRoutesTest {

  @TempDir private Path temp;
  private WorkerRig rig;
  private GitDaemon daemon;
  private GitCommand source;
  private String commit;

  @BeforeEach
  void start() {
    source = GitCommand.init(temp.resolve("src/hello"));
    commit = source.commit(".gitlab-ci.yml", "job:\n  script: make\n");
    daemon = GitDaemon.serve(temp.resolve("src"), temp.resolve("daemon.log"));
    rig = new WorkerRig(temp, "http://127.0.0.1:1");
  }

  @AfterEach
  void stop() {
    rig.close();
    daemon.close();
  }

  private Map<String, Object> order(Object... more) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("git", daemon.url("hello"));
    order.put("ref", "main");
    order.put("name", "hello-1");
    for (int i = 0; i < more.length; i += 2) {
      order.put((String) more[i], more[i + 1]);
    }
    return order;
  }

  @Test
  void aBranchBecomesMasterOfAPrivateProject() {
    source.run("branch", "other");
    WorkerRig.Answer answer =
        rig.post(
            "/repo",
            order(
                "build",
                "b1",
                "fence",
                3,
                "hook",
                Map.of("url", "https://ci.example/webhooks/gitlab", "token", "s3"),
                "variables",
                Map.of("NEWCI_REF", "main", "NEWCI_BUILD", "b1"),
                "not_known_here",
                "ignored"));
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    FakeGitLab.Project project = rig.gitlab.at("bot/hello-1");
    assertThat(answer.body().path("project_id").asLong()).isEqualTo(project.id);
    assertThat(answer.body().path("path").asText()).isEqualTo("bot/hello-1");
    assertThat(answer.body().path("commit").asText()).isEqualTo(commit);
    assertThat(answer.body().path("pipeline_id").asLong()).isPositive();
    assertThat(answer.body().path("pipeline_floor").asLong()).isZero();
    assertThat(answer.body().path("took_ms").isNumber()).isTrue();
    assertThat(answer.body().path("actions").toString()).contains("pushed " + commit);
    assertThat(rig.gitlab.git(project).run("for-each-ref", "--format=%(refname) %(objectname)"))
        .isEqualTo("refs/heads/master " + commit);
    assertThat(project.asked.path("visibility").asText()).isEqualTo("private");
    assertThat(project.asked.path("auto_devops_enabled").asBoolean(true)).isFalse();
    assertThat(project.variables).containsEntry("NEWCI_REF", "main");
    assertThat(Json.tree(project.variables.get("NEWCI_MARKER")))
        .isEqualTo(
            Json.tree(
                "{\"build\":\"b1\",\"fence\":3,\"commit\":\"%s\",\"floor\":0}".formatted(commit)));
    assertThat(project.hooks).hasSize(1);
    assertThat(project.hooks.getFirst().path("push_events").asBoolean(true)).isFalse();
    assertThat(project.hooks.getFirst().path("pipeline_events").asBoolean()).isTrue();
    assertThat(project.hooks.getFirst().path("job_events").asBoolean()).isTrue();
    assertThat(project.hooks.getFirst().path("token").asText()).isEqualTo("s3");
  }

  /** A branch's secret is not for a tag of that name, whatever the request called it. */
  @Test
  void variablesAreForWhatWasReallyFetched() {
    Map<String, Object> secret =
        Map.of("key", "KEY", "value", "for-the-branch", "refs", List.of("refs/heads/release/1"));
    List<Map<String, Object>> given = List.of(secret, Map.of("key", "ALL", "value", "x"));
    source.run("tag", "release/1");
    WorkerRig.Answer answer =
        rig.post("/repo", order("ref", "release/1", "build_variables", given));
    assertThat(answer.body().path("ref").asText()).isEqualTo("refs/tags/release/1");
    assertThat(rig.gitlab.at("bot/hello-1").variables).containsKey("ALL").doesNotContainKey("KEY");
    rig.post("/repo", order("ref", commit, "build_variables", given, "name", "by-id"));
    assertThat(rig.gitlab.at("bot/by-id").variables).doesNotContainKey("KEY");
    source.run("branch", "release/1");
    rig.post("/repo", order("ref", "release/1", "build_variables", given, "name", "branch"));
    assertThat(rig.gitlab.at("bot/branch").variables).containsKey("KEY");
  }

  /** As watched repositories are asked: without a repository of our own beside. */
  @Test
  void theRefsOfASourceAreListedOverGitToo() {
    source.run("tag", "--annotate", "--message", "one", "v1");
    WorkerRig.Answer answer = rig.post("/refs", Map.of("git", daemon.url("hello")));
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().toString())
        .isEqualTo(
            "{\"refs\":{\"refs/heads/main\":\"%s\",\"refs/tags/v1\":\"%s\"}}"
                .formatted(commit, commit));
    assertThat(rig.post("/refs", Map.of("git", daemon.url("none"))).kind())
        .isEqualTo("repository-not-found");
  }

  @Test
  void theNextMirrorReplacesTheProjectInGitLabsTwoSteps() {
    rig.post("/repo", order());
    FakeGitLab.Project first = rig.gitlab.at("bot/hello-1");
    source.commit("a", "b");
    WorkerRig.Answer answer = rig.post("/repo", order());
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    FakeGitLab.Project second = rig.gitlab.at("bot/hello-1");
    assertThat(second.id).isNotEqualTo(first.id);
    assertThat(rig.gitlab.projects).containsOnlyKeys(second.id);
    assertThat(answer.body().path("actions").toString())
        .contains("cancelled pipeline")
        .contains("marked project " + first.id)
        .contains("removed project " + first.id);
  }

  @Test
  void whereGitLabDoesNotRemoveAtOnceTheOldProjectStaysMarked() {
    rig.gitlab.immediateRemoval = false;
    rig.post("/repo", order());
    WorkerRig.Answer answer = rig.post("/repo", order());
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().path("actions").toString()).contains("stays marked");
    assertThat(rig.gitlab.projects).hasSize(2);
    assertThat(rig.post("/repo", order()).status()).isEqualTo(200);
  }

  @Test
  void aMarkedProjectBehindARedirectIsNotTheProject() {
    rig.gitlab.immediateRemoval = false;
    rig.post("/repo", order());
    FakeGitLab.Project first = rig.gitlab.at("bot/hello-1");
    first.marked = true;
    first.path += "-deletion_scheduled-" + first.id;
    WorkerRig.Answer answer = rig.post("/repo", order());
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().path("project_id").asLong()).isNotEqualTo(first.id);
    assertThat(answer.body().path("actions").toString()).doesNotContain("marked project");
  }

  @Test
  void theSameBuildGetsItsAnswerAgain() {
    Map<String, Object> order = order("build", "b1", "fence", 1);
    WorkerRig.Answer first = rig.post("/repo", order);
    WorkerRig.Answer again = rig.post("/repo", order);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(rig.gitlab.pipelines).hasSize(1);
  }

  @Test
  void anotherWorkerFindsWhatTheFirstDidAtTheProject() {
    WorkerRig.Answer first = rig.post("/repo", order("build", "b1", "fence", 1));
    source.commit("later", "than the pin");
    WorkerRig.Answer redo;
    try (WorkerRig another = rig.beside(temp.resolve("another"))) {
      redo = another.post("/repo", order("build", "b1", "fence", 2, "commit", commit));
    }
    assertThat(redo.status()).as(redo.raw().body()).isEqualTo(200);
    assertThat(redo.body().path("project_id")).isEqualTo(first.body().path("project_id"));
    assertThat(redo.body().path("pipeline_id")).isEqualTo(first.body().path("pipeline_id"));
    assertThat(redo.body().path("actions").toString()).contains("kept the project");
    assertThat(rig.gitlab.at("bot/hello-1").variables.get("NEWCI_MARKER")).contains("\"fence\":2");
  }

  @Test
  void aLowerFenceIsRefused() {
    rig.post("/repo", order("build", "b2", "fence", 7));
    WorkerRig.Answer late = rig.post("/repo", order("build", "b1", "fence", 6));
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.kind()).isEqualTo("fence-too-low");
    assertThat(late.detail()).contains("7", "6", "b1");
  }

  @Test
  void aDirectRequestDoesNotDestroyARunningBuild() {
    rig.post("/repo", order("build", "b1", "fence", 7));
    WorkerRig.Answer direct = rig.post("/repo", order());
    assertThat(direct.status()).isEqualTo(409);
    assertThat(direct.kind()).isEqualTo("project-busy");
    rig.gitlab.pipelines.values().forEach(pipeline -> pipeline.status = "success");
    assertThat(rig.post("/repo", order()).status()).isEqualTo(200);
    assertThat(rig.post("/repo", order("build", "b0", "fence", 6)).status())
        .as("the fence outlives a direct request")
        .isEqualTo(409);
  }

  @Test
  void theNextBuildCancelsThePipelineThatRuns() {
    rig.post("/repo", order("build", "b1", "fence", 1));
    WorkerRig.Answer next = rig.post("/repo", order("build", "b2", "fence", 2));
    assertThat(next.status()).isEqualTo(200);
    assertThat(rig.gitlab.pipelines.values().stream().map(p -> p.status))
        .containsExactly("canceled", "pending");
  }

  @Test
  void aBigPushIsStreamed() {
    byte[] noise = new byte[4_000_000];
    new java.util.Random(7).nextBytes(noise);
    String big = source.commit("big.txt", java.util.Base64.getEncoder().encodeToString(noise));
    WorkerRig.Answer answer = rig.post("/repo", order());
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    FakeGitLab.Project project = rig.gitlab.at("bot/hello-1");
    assertThat(rig.gitlab.git(project).run("rev-parse", "master")).isEqualTo(big);
    assertThat(rig.gitlab.git(project).run("fsck", "--full")).doesNotContain("missing");
  }

  @Test
  void aTokenThatGitRefusesIsSaid() {
    rig.gitlab.beforePush =
        () -> rig.gitlab.projects.values().forEach(project -> project.path += "-moved");
    WorkerRig.Answer answer = rig.post("/repo", order());
    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.detail()).contains("push").contains("bot/hello-1").endsWith(".");
  }

  @Test
  void aPushWithoutPipelineIsAnsweredAllTheSame() {
    rig.gitlab.pushStartsPipeline = false;
    WorkerRig.Answer answer = rig.post("/repo", order());
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().has("pipeline_id")).isFalse();
  }

  @Test
  void aRefusedWebhookIsSaidAndNotFatal() {
    rig.gitlab.hookRefused = true;
    WorkerRig.Answer answer =
        rig.post("/repo", order("hook", Map.of("url", "https://localhost/x", "token", "t")));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("actions").toString())
        .contains("did not set the webhook")
        .contains("Invalid url given");
  }

  @Test
  void twoRequestsOfOneBuildAreOneMirroring() throws Exception {
    CountDownLatch pushing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    rig.gitlab.beforePush =
        () -> {
          pushing.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    Map<String, Object> order = order("build", "b1", "fence", 1);
    FutureTask<WorkerRig.Answer> first = new FutureTask<>(() -> rig.post("/repo", order));
    Thread.ofVirtual().start(first);
    pushing.await();
    FutureTask<WorkerRig.Answer> second = new FutureTask<>(() -> rig.post("/repo", order));
    Thread.ofVirtual().start(second);
    goOn.countDown();
    assertThat(second.get().body()).isEqualTo(first.get().body());
    assertThat(rig.gitlab.pipelines).hasSize(1);
  }

  @Test
  void gitLabsFailuresAreSentences() {
    rig.gitlab.failNext.add(401);
    WorkerRig.Answer refused = rig.post("/repo", order());
    assertThat(refused.status()).isEqualTo(502);
    assertThat(refused.kind()).isEqualTo("gitlab-token-refused");
    assertThat(refused.detail()).contains("token");
    rig.gitlab.failNext.add(503);
    rig.gitlab.failNext.add(429);
    WorkerRig.Answer patient = rig.post("/repo", order());
    assertThat(patient.status()).as(patient.raw().body()).isEqualTo(200);
  }

  @Test
  void aProjectThatCannotBeFurnishedKeepsNoTokenThatMayPushToIt() {
    rig.gitlab.forbidden = "/variables";
    assertThat(rig.post("/repo", order()).status()).isEqualTo(502);
    rig.gitlab.forbidden = "nothing";
    assertThat(rig.gitlab.requests)
        .anyMatch(request -> request.startsWith("POST") && request.endsWith("/access_tokens"));
    assertThat(rig.gitlab.at("bot/hello-1").settings.tokens).isEmpty();
  }

  @Test
  void nothingIsDestroyedForARefThatIsNotThere() {
    rig.post("/repo", order());
    long before = rig.gitlab.at("bot/hello-1").id;
    WorkerRig.Answer answer = rig.post("/repo", order("ref", "nowhere"));
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.kind()).isEqualTo("ref-not-found");
    assertThat(answer.detail()).contains("nowhere").contains(daemon.url("hello"));
    assertThat(rig.gitlab.at("bot/hello-1").id).isEqualTo(before);
  }

  @Test
  void badRequestsAreNamedByTheirField() {
    assertBad(Map.of(), "'git' is missing");
    assertBad(Map.of("git", "https://x.example/r"), "'ref' is missing");
    assertBad(Map.of("git", "https://x.example/r", "ref", "main"), "'name' is missing");
    assertBad(order("name", "../x"), "'name'");
    assertBad(order("name", "a__b"), "'name'");
    assertBad(order("name", "x.git"), "'name'");
    assertBad(order("name", "wikis"), "'name'");
    assertBad(order("ref", "a..b"), "'ref'");
    assertBad(order("commit", "abc"), "'commit'");
    assertBad(order("git", "file:///etc"), "'git'");
    assertBad(order("git", "https://user:geheim@x.example/r"), "user or password");
    assertBad(order("fence", -1), "'fence'");
    assertBad(order("fence", "x"), "'fence'");
    assertBad(order("build", "../b"), "'build'");
    assertBad(order("variables", Map.of("A-B", "x")), "'A-B'");
    assertBad(order("variables", Map.of("NEWCI_MARKER", "x")), "NEWCI_MARKER");
    assertBad(order("hook", Map.of("url", "https://x")), "'token'");
    assertBad("{broken", "not valid JSON");
    assertThat(rig.post("/repo", order("git", "https://user:geheim@x.example/r")).detail())
        .doesNotContain("geheim");
  }

  private void assertBad(Object body, String said) {
    WorkerRig.Answer answer = rig.post("/repo", body);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(400);
    assertThat(answer.detail()).contains(said);
  }
}

package org.newci.vcs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitDaemon;
import org.newci.neighbours.NeedsProgram;
import org.newci.vcs.FakeGitLab;
import org.newci.vcs.WorkerRig;

/** A project that stays, the token that it is pushed to with, and requests that come late. */
@NeedsProgram("git")
class ResetTest {

  @TempDir private Path temp;
  private WorkerRig rig;
  private GitDaemon daemon;
  private GitCommand source;

  @BeforeEach
  void start() {
    source = GitCommand.init(temp.resolve("src/hello"));
    source.commit(".gitlab-ci.yml", "job:\n  script: make\n");
    daemon = GitDaemon.serve(temp.resolve("src"), temp.resolve("daemon.log"));
    rig = new WorkerRig(temp, "http://127.0.0.1:1");
  }

  @AfterEach
  void stop() {
    rig.close();
    daemon.close();
  }

  private WorkerRig.Answer post(Object... more) {
    return post(rig, more);
  }

  private WorkerRig.Answer post(WorkerRig worker, Object... more) {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("git", daemon.url("hello"));
    order.put("ref", "main");
    order.put("name", "hello-1");
    for (int i = 0; i < more.length; i += 2) {
      order.put((String) more[i], more[i + 1]);
    }
    return worker.post("/repo", order);
  }

  private WorkerRig.Answer ok(Object... more) {
    WorkerRig.Answer answer = post(more);
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    return answer;
  }

  @Test
  void resetKeepsTheProjectAndLeavesNothingOfBefore() {
    ok("build", "b1", "fence", 1, "variables", Map.of("OLD", "1", "BOTH", "1"));
    FakeGitLab.Project project = rig.gitlab.at("bot/hello-1");
    rig.gitlab.git(project).run("branch", "somebodys", "master");
    source.run("commit", "--quiet", "--allow-empty", "--amend", "--message", "Rewritten");
    String rewritten = source.run("rev-parse", "HEAD");
    var answer =
        ok("build", "b2", "fence", 2, "replace", "reset", "variables", Map.of("BOTH", "2"));
    assertThat(rig.gitlab.at("bot/hello-1").id).isEqualTo(project.id);
    assertThat(rig.gitlab.git(project).run("for-each-ref", "--format=%(refname) %(objectname)"))
        .isEqualTo("refs/heads/master " + rewritten);
    assertThat(project.variables).containsEntry("BOTH", "2").doesNotContainKey("OLD");
    assertThat(project.settings.isProtected).isFalse();
    assertThat(rig.gitlab.pipelines.values().stream().map(p -> p.status))
        .containsExactly("canceled", "pending");
    assertThat(answer.body().path("pipeline_id").asLong())
        .isGreaterThan(answer.body().path("pipeline_floor").asLong());
  }

  @Test
  void resetToTheSameCommitStartsItsPipelineItself() {
    var first = ok("build", "b1", "fence", 1, "replace", "reset");
    rig.gitlab.pipelines.values().forEach(pipeline -> pipeline.status = "success");
    rig.gitlab.pushStartsPipeline = false;
    var second = ok("build", "b2", "fence", 2, "replace", "reset");
    assertThat(second.body().path("project_id")).isEqualTo(first.body().path("project_id"));
    long pipeline = second.body().path("pipeline_id").asLong();
    assertThat(pipeline).isGreaterThan(first.body().path("pipeline_id").asLong());
    assertThat(rig.gitlab.pipelines.get(pipeline).source).isEqualTo("api");
    assertThat(second.body().path("actions").toString()).contains("started pipeline " + pipeline);
  }

  @Test
  void otherWordsForReplaceAreRefused() {
    assertThat(post("replace", "burn").detail()).contains("'replace'", "'burn'", "reset");
  }

  @Test
  void theProjectIsPushedToWithATokenOfItsOwnThatGoesWithThePipeline() {
    var answer = ok();
    FakeGitLab.Project project = rig.gitlab.at("bot/hello-1");
    assertThat(project.settings.tokens).hasSize(1);
    assertThat(answer.raw().body()).doesNotContain("glpat-");
    rig.gitlab.pipelines.values().forEach(pipeline -> pipeline.status = "success");
    long pipeline = answer.body().path("pipeline_id").asLong();
    rig.get("/projects/%d/pipelines/%d".formatted(project.id, pipeline));
    Awaitility.await().until(() -> project.settings.tokens.isEmpty());
  }

  @Test
  void whereGitLabMakesNoSuchTokenTheWorkersOwnIsUsedAndThatIsSaid() {
    ok();
    rig.gitlab.at("bot/hello-1").settings.makesTokens = false;
    assertThat(ok("replace", "reset").body().path("actions").toString())
        .contains("worker's own token")
        .contains("does not have permission");
  }

  @Test
  void variablesAreMaskedAndFilesAsAsked() {
    ok(
        "build_variables",
        List.of(Map.of("key", "KEY", "value", "secret-value", "masked", true, "file", true)));
    assertThat(rig.gitlab.at("bot/hello-1").settings.kinds)
        .containsEntry("KEY", "file masked")
        .containsEntry("NEWCI_MARKER", "env_var");
    var refused = post("build_variables", List.of(Map.of("key", "A B", "value", "s3cret")));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.raw().body()).contains("'A B'").doesNotContain("s3cret");
  }

  @Test
  void aRepeatedRequestKeepsThePipelineThoughTheBranchHasMoved() {
    var first = ok("build", "b1", "fence", 1);
    source.commit("more", "text");
    WorkerRig.Answer second;
    try (WorkerRig another = rig.beside(temp.resolve("another"))) {
      second = post(another, "build", "b1", "fence", 2);
    }
    assertThat(second.body().path("pipeline_id")).isEqualTo(first.body().path("pipeline_id"));
    assertThat(second.body().path("commit")).isEqualTo(first.body().path("commit"));
    assertThat(rig.gitlab.pipelines.values()).extracting(p -> p.status).containsExactly("pending");
  }

  @Test
  void aLateRequestOfAnotherBuildWithTheSameFenceDestroysNothing() {
    ok("build", "b1", "fence", 1);
    assertThat(post("build", "b0", "fence", 1).kind()).isEqualTo("project-busy");
    assertThat(rig.gitlab.pipelines.values()).extracting(p -> p.status).containsExactly("pending");
  }

  @Test
  void projectsThatStayedMarkedAreRemovedLater() {
    FakeGitLab.Project left = rig.gitlab.addProject("bot/old-deletion_scheduled-101");
    FakeGitLab.Project other = rig.gitlab.addProject("somebody/x-deletion_scheduled-102");
    left.marked = true;
    other.marked = true;
    ok();
    Awaitility.await().until(() -> !rig.gitlab.projects.containsKey(left.id));
    assertThat(rig.gitlab.projects).containsKey(other.id);
  }

  @Test
  void aPushThatIsRefusedWith401SaysToken() {
    rig.gitlab.refusePush = true;
    var answer = post();
    assertThat(answer.kind()).as(answer.raw().body()).isEqualTo("gitlab-token-refused");
  }
}

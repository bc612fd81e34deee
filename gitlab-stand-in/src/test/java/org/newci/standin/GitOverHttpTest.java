package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

@NeedsProgram("git")
class GitOverHttpTest {

  private static final String CI = ".gitlab-ci.yml";
  private static final String ONE_JOB = "build:\n  script: make\n";

  @TempDir Path dir;
  private StandIn standIn;
  private Git git;
  private long project;
  private String url;

  @BeforeEach
  void start() throws Exception {
    standIn = new StandIn(dir.resolve("home"));
    project = standIn.project("hello");
    url = standIn.gitUrl("hello", "anything", StandIn.ROOT);
    git = Git.init(dir.resolve("copy"));
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  private JsonNode pipelines() {
    return standIn.get("/projects/%d/pipelines".formatted(project)).json();
  }

  @Test
  void whatIsPushedCanBeCloned() throws Exception {
    String sha = git.commit("a.txt", "one");
    git.run("push", "-q", url, "master");
    JsonNode seen = standIn.get("/projects/" + project).json();
    assertThat(seen.path("default_branch").asText()).isEqualTo("master");
    assertThat(seen.path("empty_repo").asBoolean()).isFalse();
    for (String protocol : new String[] {"0", "2"}) {
      Path copy = dir.resolve("clone-" + protocol);
      git.run("-c", "protocol.version=" + protocol, "clone", "-q", url, copy.toString());
      assertThat(new Git(copy).run("rev-parse", "HEAD").strip()).isEqualTo(sha);
    }
    assertThat(pipelines()).isEmpty();
  }

  @Test
  void onlyWhoHasATokenGetsIn() throws Exception {
    git.commit("a.txt", "one");
    String wrong = standIn.gitUrl("hello", "root", "glpat-wrong");
    Git.Result push = git.attempt("push", wrong, "master");
    assertThat(push.exit()).isNotZero();
    assertThat(push.output()).contains("HTTP Basic: Access denied");
    String stranger = standIn.gitUrl("hello", "other", StandIn.OTHER);
    assertThat(git.attempt("ls-remote", stranger).output()).contains("could not be found");
    String nowhere = standIn.gitUrl("nothing", "root", StandIn.ROOT);
    assertThat(git.attempt("ls-remote", nowhere).output()).contains("could not be found");
  }

  @Test
  void theFirstBranchIsProtected() throws Exception {
    git.commit("a.txt", "one");
    git.run("push", "-q", url, "master");
    git.run("commit", "-q", "--amend", "-m", "rewritten");
    Git.Result forced = git.attempt("push", "--force", url, "master");
    assertThat(forced.exit()).isNotZero();
    assertThat(forced.output())
        .contains(
            "remote: GitLab: You are not allowed to force push code to a protected branch on"
                + " this project.")
        .contains("pre-receive hook declined");
    assertThat(git.attempt("push", url, ":master").output())
        .contains("The default branch of a project cannot be deleted.");
    git.run("push", "-q", url, "master:other");
    git.commit("b.txt", "two");
    git.run("commit", "-q", "--amend", "-m", "rewritten again");
    git.run("push", "-q", "--force", url, "master:other");
    git.run("push", "-q", url, ":other");
    String hex = "a".repeat(40);
    assertThat(git.attempt("push", url, "master:refs/heads/" + hex).output())
        .contains("40-character hexadecimal branch name");
  }

  @Test
  void aLargePushComesInPieces() throws Exception {
    StringBuilder noise = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 400_000; i++) {
      noise.append(Long.toString(random.nextLong(), 36));
    }
    String sha = git.commit("large.txt", noise.toString());
    git.run("push", "-q", url, "master");
    assertThat(git.run("ls-remote", url, "refs/heads/master")).contains(sha);
  }

  @Test
  void aPushStartsAPipelineThatKeepsItsCommit() throws Exception {
    String first = git.commit(CI, ONE_JOB);
    git.run("push", "-q", url, "master:feature");
    git.commit("a.txt", "one");
    git.run("commit", "-q", "--amend", "-m", "rewritten");
    git.run("reset", "-q", "--hard", first);
    git.run("commit", "-q", "--amend", "-m", "another");
    git.run("push", "-q", "--force", url, "master:feature2");
    assertThat(pipelines()).hasSize(2);
    JsonNode oldest = pipelines().get(1);
    assertThat(oldest.path("sha").asText()).isEqualTo(first);
    assertThat(oldest.path("status").asText()).isEqualTo("pending");
    assertThat(oldest.path("source").asText()).isEqualTo("push");
    assertThat(oldest.path("ref").asText()).isEqualTo("feature");

    Git shallow = Git.init(dir.resolve("shallow"));
    String ref = "refs/pipelines/" + oldest.path("id").asLong();
    shallow.run("fetch", "-q", "--depth", "1", url, "+%s:%s".formatted(ref, ref));
    assertThat(shallow.run("rev-parse", ref).strip()).isEqualTo(first);
  }

  @Test
  void whoAsksForNoPipelineGetsASkippedOne() throws Exception {
    git.commit(CI, ONE_JOB);
    git.run("push", "-q", "-o", "ci.skip", url, "master");
    git.run("commit", "-q", "--allow-empty", "-m", "words [skip ci]");
    git.run("push", "-q", url, "master");
    assertThat(pipelines()).hasSize(2);
    assertThat(pipelines().get(0).path("status").asText()).isEqualTo("skipped");
    assertThat(pipelines().get(1).path("status").asText()).isEqualTo("skipped");
    git.run("commit", "-q", "--allow-empty", "-m", "more");
    assertThat(git.attempt("push", "-o", "ci.input=A=b", url, "master").output())
        .contains("The push option 'ci.input=A=b' is not supported by this server.");
  }

  @Test
  void anAnnotatedTagHasAPipelineOfItsCommit() throws Exception {
    String sha = git.commit(CI, ONE_JOB);
    git.run("tag", "-a", "v1", "-m", "first");
    git.run("push", "-q", url, "v1");
    JsonNode pipeline =
        standIn
            .get(
                "/projects/%d/pipelines/%d"
                    .formatted(project, pipelines().get(0).path("id").asInt()))
            .json();
    assertThat(pipeline.path("sha").asText()).isEqualTo(sha);
    assertThat(pipeline.path("tag").asBoolean()).isTrue();
  }

  @Test
  void manyRefsComeCompressed() throws Exception {
    git.commit("a.txt", "one");
    for (int i = 0; i < 130; i++) {
      git.commit("a.txt", "version " + i);
      git.run("tag", "t" + i);
    }
    git.run("push", "-q", url, "master", "--tags");
    git.run("clone", "-q", url, dir.resolve("clone").toString());
    assertThat(new Git(dir.resolve("clone")).run("tag").lines().count()).isEqualTo(130);
    git.commit("a.txt", "more");
    git.run("push", "-q", url, "master");
    new Git(dir.resolve("clone")).run("fetch", "-q");
  }
}

package org.newci.vcs.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.GitCommand;
import org.newci.neighbours.GitHttpBackend;
import org.newci.neighbours.NeedsProgram;
import org.newci.vcs.FakeGitLab;
import org.newci.vcs.PushedRefs;
import org.newci.vcs.WorkerRig;

/** What a build needs beside its commit: submodules, and the tags that git describe looks for. */
@NeedsProgram("git")
class SubmodulesTest {

  private static final String SECRET = "s3cret-of-the-source";

  private static final String PROJECT = "bot/app";

  @TempDir Path dir;
  private WorkerRig rig;
  private GitHttpBackend open;
  private GitHttpBackend closed;
  private String deep;
  private String lib;

  @BeforeEach
  void start() throws IOException {
    Path src = dir.resolve("src");
    deep = GitCommand.init(src.resolve("libs/deep")).commit("d", "deep");
    lib = withSubmodules(src.resolve("libs/lib"), Map.of("deep", "../deep"), Map.of("deep", deep));
    open = GitHttpBackend.serve(src);
    closed = GitHttpBackend.serve(src, SECRET);
    rig = new WorkerRig(dir, "http://127.0.0.1:1");
    Path credential = Files.createDirectories(rig.home.resolve("secrets/credentials/private"));
    Files.writeString(
        credential.resolve("hosts"), closed.url("").replaceAll("^http://([^/]+).*", "$1") + "\n");
    Files.writeString(credential.resolve("user"), "ci\n");
    Files.writeString(credential.resolve("token"), SECRET + "\n");
  }

  @AfterEach
  void stop() {
    rig.close();
    open.close();
    closed.close();
  }

  /** A repository with these submodules; the commit's id. */
  private static String withSubmodules(
      Path folder, Map<String, String> urls, Map<String, String> commits) throws IOException {
    GitCommand git = GitCommand.init(folder);
    git.commit("own", folder.getFileName() + "\n");
    StringBuilder settings = new StringBuilder();
    urls.forEach(
        (name, url) ->
            settings.append(
                "[submodule \"%s\"]\n\tpath = ext/%s\n\turl = %s\n".formatted(name, name, url)));
    Files.writeString(folder.resolve(".gitmodules"), settings);
    git.run("add", ".gitmodules");
    commits.forEach(
        (name, commit) ->
            git.run("update-index", "--add", "--cacheinfo", "160000," + commit + ",ext/" + name));
    git.run("commit", "--quiet", "--message", "With submodules");
    return git.run("rev-parse", "HEAD");
  }

  private WorkerRig.Answer mirror(String git, String credential, String... patterns) {
    return rig.post(
        "/repo",
        credential.isEmpty()
            ? Map.of("git", git, "ref", "main", "name", "app", "submodules", Map.of())
            : Map.of(
                "git",
                git,
                "ref",
                "main",
                "name",
                "app",
                "credential",
                credential,
                "submodules",
                Map.of("patterns", List.of(patterns))));
  }

  @Test
  void relativeAbsoluteAndNestedOnesLieInTheProjectItself() throws Exception {
    withSubmodules(
        dir.resolve("src/app"),
        Map.of("lib", "../libs/lib", "far", open.url("libs/deep")),
        Map.of("lib", lib, "far", deep));
    WorkerRig.Answer answer = mirror(open.url("app"), "");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().path("actions").toString()).contains("copied the submodules");

    FakeGitLab.Project project = rig.gitlab.at(PROJECT);
    GitCommand bare = rig.gitlab.git(project);
    assertThat(bare.run("for-each-ref", "--format=%(refname)").lines())
        .containsExactlyInAnyOrder(
            "refs/heads/master",
            "refs/tags/newci-submodule/" + deep,
            "refs/tags/newci-submodule/" + lib);
    assertThat(rig.gitlab.pipelines).hasSize(1);
    assertThat(project.variables).containsEntry("GIT_CONFIG_COUNT", "3");

    // What a runner does, with git itself.
    GitCommand copy = clone(bare.folder());
    String[] settings = new String[7];
    for (int i = 0; i < 3; i++) {
      String value = project.variables.get("GIT_CONFIG_VALUE_" + i);
      assertThat(value).isEqualTo(rig.gitlab.url() + "/bot/app.git");
      settings[2 * i] = "-c";
      settings[2 * i + 1] = project.variables.get("GIT_CONFIG_KEY_" + i) + "=" + bare.folder();
    }
    settings[6] = "-c";
    List<String> command = new java.util.ArrayList<>(List.of(settings));
    command.addAll(
        List.of("protocol.file.allow=always", "submodule", "update", "--init", "--recursive"));
    copy.run(command.toArray(String[]::new));
    assertThat(copy.folder().resolve("ext/lib/ext/deep/d")).hasContent("deep");
    assertThat(copy.folder().resolve("ext/far/d")).hasContent("deep");
  }

  private GitCommand clone(Path bare) {
    new GitCommand(dir).run("clone", "--quiet", bare.toString(), "copy");
    return new GitCommand(dir.resolve("copy"));
  }

  @Test
  void aCredentialIsForSubmodulesOfTheSameRuleOnly() throws Exception {
    withSubmodules(dir.resolve("src/app"), Map.of("lib", "../libs/lib"), Map.of("lib", lib));
    String base = closed.url("").replaceAll("/+$", "");
    String url = closed.url("app");
    assertThat(mirror(url, "private", base + "/app").kind()).isEqualTo("source-needs-credentials");
    WorkerRig.Answer other = mirror(url, "private", base + "/libs/*", base + "/**");
    assertThat(other.kind()).isEqualTo("source-needs-credentials");
    assertThat(other.detail()).contains("The submodule 'lib' of " + url, base + "/libs/lib");
    WorkerRig.Answer same = mirror(url, "private", base + "/elsewhere/*", base + "/**");
    assertThat(same.status()).as(same.raw().body()).isEqualTo(200);
  }

  @Test
  void whatCannotBeHadIsNamedBeforeAnythingIsDestroyed() throws Exception {
    withSubmodules(dir.resolve("src/app"), Map.of("gone", "../../up"), Map.of("gone", deep));
    WorkerRig.Answer answer = mirror(open.url("app"), "");
    assertThat(answer.kind()).isEqualTo("source-submodule");
    assertThat(answer.detail()).contains("'gone'", "'../../up'");
    withSubmodules(dir.resolve("src/app"), Map.of("gone", "../libs/nothing"), Map.of("gone", deep));
    assertThat(mirror(open.url("app"), "").kind()).isEqualTo("repository-not-found");
    withSubmodules(dir.resolve("src/app"), Map.of("gone", "../libs/deep"), Map.of("gone", lib));
    WorkerRig.Answer missing = mirror(open.url("app"), "");
    assertThat(missing.kind()).isEqualTo("ref-not-found");
    assertThat(missing.detail()).contains("The submodule 'gone'", lib);
    assertThat(rig.gitlab.projects).isEmpty();
  }

  @Test
  void gitDescribesTheCopyAsItDescribesTheSource() throws Exception {
    GitCommand app = GitCommand.init(dir.resolve("src/app"));
    app.commit("a", "1");
    app.run("tag", "--annotate", "--message", "One", "v1.0");
    app.run("tag", "light/weight");
    app.commit("a", "2");
    String branch = "refs/heads/side";
    app.run("branch", "side");
    app.commit("a", "3");
    assertThat(described("main")).isEqualTo("v1.0-2");
    // A tag that comes later than its commit, one that moves, and one of another branch.
    app.run("tag", "--annotate", "--message", "Two", "v2.0");
    app.run("tag", "--delete", "light/weight");
    app.run("tag", "light");
    app.run("checkout", "--quiet", "side");
    app.commit("b", "1");
    app.run("tag", "elsewhere");
    assertThat(described("main")).isEqualTo("v2.0");
    assertThat(rig.gitlab.git(rig.gitlab.at(PROJECT)).run("tag", "--list").lines())
        .containsExactlyInAnyOrder("v1.0", "v2.0", "light");
    // Only the branch has a pipeline: it is what was asked for.
    Path pushed =
        Path.of(rig.gitlab.git(rig.gitlab.at(PROJECT)).run("rev-parse", "--absolute-git-dir"));
    assertThat(PushedRefs.of(pushed))
        .contains("refs/heads/master ", "refs/tags/v2.0 ci.skip")
        .allMatch(line -> line.startsWith("refs/tags/") == line.endsWith(" ci.skip"));
    assertThat(described(app.run("rev-parse", "main~1"))).isEqualTo("v1.0-1");
    assertThat(described(branch)).isEqualTo("v1.0-2");
  }

  private String described(String ref) {
    WorkerRig.Answer answer =
        rig.post("/repo", Map.of("git", open.url("app"), "ref", ref, "name", "app"));
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    rig.gitlab.pipelines.values().forEach(pipeline -> pipeline.status = "success");
    return rig.gitlab
        .git(rig.gitlab.at(PROJECT))
        .run("describe", "master")
        .replaceAll("-g[0-9a-f]+$", "");
  }
}

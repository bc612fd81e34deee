package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import org.gitlab4j.api.GitLabApi;
import org.gitlab4j.api.GitLabApiException;
import org.gitlab4j.api.Pager;
import org.gitlab4j.api.models.AccessLevel;
import org.gitlab4j.api.models.Branch;
import org.gitlab4j.api.models.Commit;
import org.gitlab4j.api.models.CommitRef;
import org.gitlab4j.api.models.CreateRunnerParams;
import org.gitlab4j.api.models.Group;
import org.gitlab4j.api.models.GroupParams;
import org.gitlab4j.api.models.Job;
import org.gitlab4j.api.models.Pipeline;
import org.gitlab4j.api.models.PipelineStatus;
import org.gitlab4j.api.models.Project;
import org.gitlab4j.api.models.ProjectAccessToken;
import org.gitlab4j.api.models.ProjectHook;
import org.gitlab4j.api.models.ProtectedBranch;
import org.gitlab4j.api.models.RepositoryFile;
import org.gitlab4j.api.models.Runner;
import org.gitlab4j.api.models.RunnerDetail;
import org.gitlab4j.api.models.TreeItem;
import org.gitlab4j.api.models.Variable;
import org.gitlab4j.api.models.Visibility;
import org.gitlab4j.models.Constants.ProjectAccessTokenScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** A client that others wrote, over all that it and the stand-in both know. */
@NeedsProgram("git")
class GitLab4jTest {

  @TempDir static Path dir;
  private static Recorder recorder;
  private static StandIn standIn;
  private static GitLabApi api;

  @BeforeAll
  static void start() {
    recorder = new Recorder();
    standIn = StandIn.behind(recorder, dir.resolve("home"));
    api = as(StandIn.ROOT);
  }

  private static GitLabApi as(String token) {
    return new GitLabApi(standIn.publicUrl(), token);
  }

  @AfterAll
  static void everyAnswerWasAsDescribed() {
    try {
      recorder.assertAllGood();
    } finally {
      api.close();
      standIn.close();
      recorder.close();
    }
  }

  private static Project pushed(String name) throws Exception {
    Project project = api.getProjectApi().createProject(name);
    Git git = Git.init(dir.resolve(name));
    git.commit("README.md", "# Hello\n");
    Files.createDirectories(dir.resolve(name).resolve("src/main"));
    git.commit("src/main/hello.c", "int main() { return 0; }\n");
    git.commit(
        ".gitlab-ci.yml",
        "build:\n  script: make\n  artifacts: {paths: [out]}\ntest:\n  stage: test\n  script: t\n");
    git.run("tag", "v1");
    git.run("tag", "-a", "v2", "-m", "Second");
    git.run("push", "-q", standIn.gitUrl(name, "x", StandIn.ROOT), "HEAD:master", "v1", "v2");
    return project;
  }

  @Test
  void projects() throws Exception {
    Project made =
        api.getProjectApi()
            .createProject(
                new Project()
                    .withName("My App")
                    .withDescription("words")
                    .withVisibility(Visibility.PRIVATE));
    assertThat(made.getPathWithNamespace()).isEqualTo("root/my-app");
    assertThat(api.getProjectApi().getProject("root/my-app").getId()).isEqualTo(made.getId());
    assertThat(api.getProjectApi().getProjects("my-app")).hasSize(1);
    assertThat(api.getProjectApi().getOwnedProjects())
        .extracting(Project::getId)
        .contains(made.getId());
    assertThat(api.getProjectApi().getMemberProjects())
        .extracting(Project::getId)
        .contains(made.getId());
    Project changed =
        api.getProjectApi()
            .updateProject(new Project().withId(made.getId()).withDescription("others"));
    assertThat(changed.getDescription()).isEqualTo("others");
    assertThatThrownBy(() -> api.getProjectApi().createProject("My App"))
        .isInstanceOf(GitLabApiException.class)
        .hasMessageContaining("has already been taken");
    api.getProjectApi().deleteProject(made.getId());
    Project marked = api.getProjectApi().getProject(made.getId());
    assertThat(marked.getPath()).isEqualTo("my-app-deletion_scheduled-" + made.getId());
    assertThat(marked.getArchived()).isTrue();
    StandIn.Answer restored = standIn.post("/projects/" + made.getId() + "/restore", null);
    assertThat(restored.status()).isEqualTo(201);
    assertThat(api.getProjectApi().getProject("root/my-app").getArchived()).isFalse();
  }

  @Test
  void groupsAndNamespaces() throws Exception {
    Group group = api.getGroupApi().addGroup("Tools", "tools");
    Group inner =
        api.getGroupApi()
            .createGroup(
                new GroupParams().withName("Inner").withPath("inner").withParentId(group.getId()));
    assertThat(inner.getFullPath()).isEqualTo("tools/inner");
    assertThat(inner.getFullName()).isEqualTo("Tools / Inner");
    assertThat(api.getGroupApi().getGroup("tools/inner").getParentId()).isEqualTo(group.getId());
    assertThat(api.getGroupApi().getSubGroups(group.getId())).hasSize(1);
    assertThat(api.getGroupApi().getGroups("inn")).hasSize(1);
    Project project = api.getProjectApi().createProject(inner.getId(), "drill");
    assertThat(project.getPathWithNamespace()).isEqualTo("tools/inner/drill");
    assertThat(project.getNamespace().getKind()).isEqualTo("group");
    assertThat(api.getProjectApi().getProject("tools/inner/drill").getId())
        .isEqualTo(project.getId());
    assertThat(api.getGroupApi().getProjects(inner.getId())).hasSize(1);
    assertThat(api.getGroupApi().getProjects(group.getId())).isEmpty();
    assertThat(api.getNamespaceApi().findNamespaces("inner")).hasSize(1);
    assertThat(api.getNamespaceApi().getNamespaces()).hasSizeGreaterThan(2);
    assertThat(api.getNamespaceApi().getNamespace("tools/inner").getId()).isEqualTo(inner.getId());
    long other = api.getUserApi().getUser("other").getId();
    api.getGroupApi().addMember(group.getId(), other, AccessLevel.DEVELOPER);
    try (GitLabApi theirs = as(StandIn.OTHER)) {
      assertThat(theirs.getProjectApi().getProject(project.getId()).getName()).isEqualTo("drill");
      assertThat(theirs.getProjectApi().getMemberProjects()).hasSize(1);
      api.getGroupApi().removeMember(group.getId(), other);
      assertThatThrownBy(() -> theirs.getProjectApi().getProject(project.getId()))
          .hasMessageContaining("404 Project Not Found");
    }
    Git git = Git.init(dir.resolve("drill"));
    git.commit("a", "a");
    String url = standIn.gitUrl("x", "x", StandIn.ROOT).replace("root/x", "tools/inner/drill");
    git.run("push", "-q", url, "HEAD:main");
    assertThat(api.getProjectApi().getProject(project.getId()).getDefaultBranch())
        .isEqualTo("main");
  }

  @Test
  void membersOfAProject() throws Exception {
    Project project = api.getProjectApi().createProject("club");
    long other = api.getUserApi().getUser("other").getId();
    assertThat(api.getUserApi().getCurrentUser().getUsername()).isEqualTo("root");
    api.getProjectApi().addMember(project.getId(), other, AccessLevel.REPORTER);
    assertThat(api.getProjectApi().getMember(project.getId(), other).getAccessLevel())
        .isEqualTo(AccessLevel.REPORTER);
    api.getProjectApi().updateMember(project.getId(), other, AccessLevel.MAINTAINER);
    assertThat(api.getProjectApi().getMembers(project.getId())).hasSize(2);
    assertThat(api.getProjectApi().getAllMembers(project.getId())).hasSize(2);
    api.getProjectApi().removeMember(project.getId(), other);
    assertThat(api.getProjectApi().getMembers(project.getId())).hasSize(1);
  }

  @Test
  void tokensOfAProject() throws Exception {
    Project project = pushed("vault");
    Date end = Date.from(Instant.now().plus(30, ChronoUnit.DAYS));
    ProjectAccessToken made =
        api.getProjectApi()
            .createProjectAccessToken(
                project.getId(), "robot", List.of(ProjectAccessTokenScope.READ_API), end, 30L);
    assertThat(made.getToken()).startsWith("glpat-");
    assertThat(api.getProjectApi().listProjectAccessTokens(project.getId())).hasSize(1);
    assertThat(
            api.getProjectApi()
                .getProjectAccessToken(project.getId(), made.getId())
                .getAccessLevel())
        .isEqualTo(30L);
    try (GitLabApi robot = as(made.getToken())) {
      assertThat(robot.getProjectApi().getProject(project.getId()).getName()).isEqualTo("vault");
      assertThat(robot.getUserApi().getCurrentUser().getUsername())
          .startsWith("project_" + project.getId() + "_bot_");
      assertThatThrownBy(() -> robot.getProjectApi().deleteVariable(project.getId(), "A"))
          .hasMessageContaining("insufficient_scope");
    }
    ProjectAccessToken next =
        api.getProjectApi().rotateProjectAccessToken(project.getId(), made.getId(), end);
    assertThat(next.getToken()).isNotEqualTo(made.getToken());
    api.getProjectApi().revokeProjectAccessToken(project.getId(), next.getId());
    assertThat(api.getProjectApi().listProjectAccessTokens(project.getId())).isEmpty();
    assertThat(api.getPersonalAccessTokenApi().getPersonalAccessToken().getScopes())
        .extracting(Object::toString)
        .containsExactly("api");
  }

  @Test
  void branchesAndTheirProtection() throws Exception {
    Project project = pushed("tree-of-branches");
    long id = project.getId();
    Branch master = api.getRepositoryApi().getBranch(id, "master");
    assertThat(master.getProtected()).isTrue();
    assertThat(master.getDefault()).isTrue();
    api.getRepositoryApi().createBranch(id, "next/one", "master");
    assertThat(api.getRepositoryApi().getBranches(id, "next")).hasSize(1);
    assertThat(api.getRepositoryApi().getBranches(id)).hasSize(2);
    ProtectedBranch rule = api.getProtectedBranchesApi().protectBranch(id, "next/*");
    assertThat(rule.getPushAccessLevels().getFirst().getAccessLevel())
        .isEqualTo(AccessLevel.MAINTAINER);
    assertThat(api.getRepositoryApi().getBranch(id, "next/one").getProtected()).isTrue();
    assertThat(api.getProtectedBranchesApi().getProtectedBranches(id)).hasSize(2);
    assertThat(api.getProtectedBranchesApi().getProtectedBranch(id, "master").getName())
        .isEqualTo("master");
    assertThatThrownBy(() -> api.getProtectedBranchesApi().protectBranch(id, "master"))
        .hasMessageContaining("Protected branch 'master' already exists");
    api.getProtectedBranchesApi().unprotectBranch(id, "next/*");
    api.getRepositoryApi().deleteBranch(id, "next/one");
    assertThat(api.getRepositoryApi().getOptionalBranch(id, "next/one")).isEmpty();
  }

  @Test
  void whatLiesInARepository() throws Exception {
    Project project = pushed("library");
    long id = project.getId();
    List<Commit> commits = api.getCommitsApi().getCommits(id, "master", null, null, "src");
    assertThat(commits).hasSize(1);
    assertThat(commits.getFirst().getTitle()).isEqualTo("Change src/main/hello.c");
    assertThat(api.getCommitsApi().getCommits(id)).hasSize(3);
    Commit head = api.getCommitsApi().getCommit(id, "master");
    assertThat(head.getStats().getAdditions()).isEqualTo(6);
    assertThat(head.getLastPipeline()).isNotNull();
    assertThat(api.getCommitsApi().getDiff(id, head.getId()).getFirst().getNewPath())
        .isEqualTo(".gitlab-ci.yml");
    assertThat(api.getCommitsApi().getCommitRefs(id, head.getId(), CommitRef.RefType.ALL))
        .extracting(CommitRef::getName)
        .containsExactlyInAnyOrder("master", "v1", "v2");
    RepositoryFile file = api.getRepositoryFileApi().getFile(id, "src/main/hello.c", "v1");
    assertThat(file.getDecodedContentAsString()).startsWith("int main");
    assertThat(api.getRepositoryFileApi().getFileInfo(id, "README.md", "master").getSize())
        .isEqualTo(8);
    File raw =
        api.getRepositoryFileApi()
            .getRawFile(
                id, "master", "README.md", Files.createDirectories(dir.resolve("raw")).toFile());
    assertThat(raw).hasContent("# Hello\n");
    assertThat(api.getRepositoryApi().getTree(id)).extracting(TreeItem::getName).contains("src");
    assertThat(api.getRepositoryApi().getTree(id, "/", "master", true))
        .extracting(TreeItem::getPath)
        .contains("src/main/hello.c");
    assertThat(api.getTagsApi().getTags(id)).hasSize(2);
    assertThat(api.getTagsApi().getTag(id, "v2").getMessage()).isEqualTo("Second");
    api.getTagsApi().createTag(id, "v3", "master");
    api.getTagsApi().deleteTag(id, "v3");
    assertThat(api.getTagsApi().getOptionalTag(id, "v3")).isEmpty();
  }

  @Test
  void variablesAndHooks() throws Exception {
    long id = api.getProjectApi().createProject("settings").getId();
    Variable made =
        api.getProjectApi()
            .createVariable(id, "KEY", "12345678", Variable.Type.FILE, true, true, "*");
    assertThat(made.getMasked()).isTrue();
    api.getProjectApi().updateVariable(id, "KEY", "87654321", false);
    assertThat(api.getProjectApi().getVariable(id, "KEY").getValue()).isEqualTo("87654321");
    assertThat(api.getProjectApi().getVariables(id)).hasSize(1);
    api.getProjectApi().deleteVariable(id, "KEY");
    ProjectHook events = new ProjectHook();
    events.setPipelineEvents(true);
    ProjectHook hook =
        api.getProjectApi().addHook(id, "http://localhost:1/hook", events, true, "secret");
    assertThat(api.getProjectApi().getHook(id, hook.getId()).getPipelineEvents()).isTrue();
    hook.setJobEvents(true);
    assertThat(api.getProjectApi().modifyHook(hook).getJobEvents()).isTrue();
    assertThat(api.getProjectApi().getHooks(id)).hasSize(1);
    api.getProjectApi().deleteHook(id, hook.getId());
    assertThat(api.getProjectApi().getHooks(id)).isEmpty();
  }

  @Test
  void pipelinesAndJobs() throws Exception {
    long id = pushed("line").getId();
    Pipeline pipeline = api.getPipelineApi().getPipelines(id).getLast();
    assertThat(pipeline.getRef()).isEqualTo("master");
    List<Job> jobs = api.getJobApi().getJobsForPipeline(id, pipeline.getId());
    assertThat(jobs).extracting(Job::getName).containsExactlyInAnyOrder("build", "test");
    assertThat(api.getJobApi().getJobs(id)).hasSizeGreaterThanOrEqualTo(2);
    long job = jobs.getLast().getId();
    assertThat(api.getJobApi().getJob(id, job).getPipeline().getId()).isEqualTo(pipeline.getId());
    assertThat(api.getJobApi().getTrace(id, job)).isNullOrEmpty();
    assertThat(api.getPipelineApi().getPipeline(id, pipeline.getId()).getStatus())
        .isEqualTo(PipelineStatus.PENDING);
    api.getPipelineApi().cancelPipelineJobs(id, pipeline.getId());
    assertThat(api.getPipelineApi().getPipeline(id, pipeline.getId()).getStatus())
        .isEqualTo(PipelineStatus.CANCELED);
  }

  @Test
  void runners() throws Exception {
    long project = api.getProjectApi().createProject("shop").getId();
    long id =
        api.getUserApi()
            .createRunner(
                new CreateRunnerParams()
                    .withRunnerType(Runner.RunnerType.PROJECT_TYPE)
                    .withProjectId(project)
                    .withDescription("mine")
                    .withTagList(List.of("fast", "linux")))
            .getId();
    RunnerDetail detail = api.getRunnersApi().getRunnerDetail(id);
    assertThat(detail.getTagList()).containsExactly("fast", "linux");
    assertThat(detail.getProjects()).hasSize(1);
    RunnerDetail changed =
        api.getRunnersApi().updateRunner(id, "ours", false, List.of("slow"), true, false, null);
    assertThat(changed.getDescription()).isEqualTo("ours");
    assertThat(api.getRunnersApi().getAllRunners()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(api.getRunnersApi().getRunners()).extracting(Runner::getId).contains(id);
    assertThat(api.getRunnersApi().getProjectRunners(project))
        .extracting(Runner::getId)
        .contains(id);
    api.getRunnersApi().removeRunner(id);
    assertThatThrownBy(() -> api.getRunnersApi().getRunnerDetail(id))
        .hasMessageContaining("404 Runner Not Found");
  }

  @Test
  void pagesAreFollowed() throws Exception {
    long id = api.getProjectApi().createProject("many").getId();
    for (int i = 0; i < 7; i++) {
      api.getProjectApi().createVariable(id, "V" + i, "x", false);
    }
    Pager<Project> projects = api.getProjectApi().getProjects(1);
    assertThat(projects.all()).hasSizeGreaterThanOrEqualTo(1);
    assertThat(projects.getTotalItems()).isEqualTo(projects.getTotalPages());
    assertThat(api.getProjectApi().getVariables(id, 3).all()).hasSize(7);
    assertThat(api.getVersion().getVersion()).startsWith("18.");
  }
}

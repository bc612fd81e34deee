package org.newci.standin;

import java.net.URI;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.git.Push;
import org.newci.standin.git.Repositories;
import org.newci.standin.group.GroupAccess;
import org.newci.standin.group.GroupRoutes;
import org.newci.standin.group.Groups;
import org.newci.standin.group.MemberRoutes;
import org.newci.standin.group.NamespaceRoutes;
import org.newci.standin.lint.LintRoutes;
import org.newci.standin.pipeline.PipelineJson;
import org.newci.standin.pipeline.PipelineStore;
import org.newci.standin.pipeline.Predefined;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectDeletion;
import org.newci.standin.project.ProjectRoutes;
import org.newci.standin.project.ProtectedBranchRoutes;
import org.newci.standin.project.VariableRoutes;
import org.newci.standin.repository.BranchRoutes;
import org.newci.standin.repository.CommitRoutes;
import org.newci.standin.repository.FileRoutes;
import org.newci.standin.repository.Revisions;
import org.newci.standin.repository.TagRoutes;
import org.newci.standin.runner.RunnerAdminRoutes;
import org.newci.standin.runner.RunnerRoutes;
import org.newci.standin.token.PersonalTokenRoutes;
import org.newci.standin.token.ProjectTokenRoutes;
import org.newci.standin.user.Users;

/** The REST routes about projects, people and repositories, wired. */
final class GitLabRoutes {

  private final Database database;
  private final Users users;
  private final ProjectAccess access;
  private final Clock clock;
  private final URI base;

  GitLabRoutes(Database database, Users users, ProjectAccess access, Clock clock) {
    this.database = database;
    this.users = users;
    this.access = access;
    this.clock = clock;
    this.base = access.base();
  }

  void addTo(EdgeSpec spec, ProjectRoutes.Disk disk) {
    new ServerRoutes(users, base).addTo(spec);
    ProjectRoutes.Sources projects = new ProjectRoutes.Sources(database, users);
    new ProjectRoutes(access, projects, disk, clock, base).addTo(spec);
    new ProjectDeletion(access, projects, disk, clock, base).addTo(spec);
    new VariableRoutes(database, access, base).addTo(spec);
    new ProtectedBranchRoutes(database, access, base).addTo(spec);
    new ProjectTokenRoutes(database, users, access, clock, base).addTo(spec);
    new PersonalTokenRoutes(database, users, clock, base).addTo(spec);
    Groups groups = Groups.load(database, users);
    new GroupRoutes(database, users, groups, clock, base).addTo(spec);
    new NamespaceRoutes(database, users, base).addTo(spec);
    GroupAccess groupAccess = new GroupAccess(database, users, groups);
    new MemberRoutes(database, users, access, groupAccess, clock).addTo(spec);
    new RunnerRoutes(database, users, clock).addTo(spec);
    new RunnerAdminRoutes(database, users, access, base).addTo(spec);
  }

  /** What looks into repositories; the listener hears of refs that are made and deleted. */
  void addTo(
      EdgeSpec spec, Repositories repositories, Predefined predefined, Push.Listener listener) {
    new BranchRoutes(database, access, repositories, listener).addTo(spec);
    new TagRoutes(access, repositories, listener).addTo(spec);
    new CommitRoutes(access, repositories, this::lastPipeline).addTo(spec);
    new FileRoutes(access, repositories).addTo(spec);
    Revisions revisions = new Revisions(repositories);
    new LintRoutes(database, access, repositories, revisions, predefined).addTo(spec);
  }

  private @Nullable Map<String, Object> lastPipeline(CommitRoutes.Found commit) {
    return database
        .read(
            handle ->
                handle
                    .createQuery(
                        "select max(id) from pipelines where project_id = :project and sha = :sha"
                            + " having max(id) is not null")
                    .bind("project", commit.project().id())
                    .bind("sha", commit.sha())
                    .mapTo(Long.class)
                    .findOne()
                    .flatMap(id -> PipelineStore.byId(handle, id)))
        .map(pipeline -> new PipelineJson(base).basic(commit.project(), pipeline))
        .orElse(null);
  }
}

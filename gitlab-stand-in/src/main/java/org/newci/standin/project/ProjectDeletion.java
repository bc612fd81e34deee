package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** Deletion in today's two steps, marked and renamed first, and the way back. */
public final class ProjectDeletion {

  private static final String ONE = "/api/v4/projects/{id}";

  private final Database database;
  private final ProjectAccess access;
  private final ProjectJson json;
  private final ProjectRoutes.Disk disk;
  private final Clock clock;

  public ProjectDeletion(
      ProjectAccess access,
      ProjectRoutes.Sources sources,
      ProjectRoutes.Disk disk,
      Clock clock,
      URI base) {
    this.database = sources.database();
    this.access = access;
    this.json = new ProjectJson(base, sources.users());
    this.disk = disk;
    this.clock = clock;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.DELETE, ONE, this::delete)
        .open(HandlerType.POST, ONE + "/restore", this::restore);
  }

  private static Project again(Handle handle, Project project) {
    return ProjectStore.byId(handle, project.id()).orElseThrow(() -> RestError.notFound("Project"));
  }

  private void delete(Context ctx) {
    Visit visit = access.owner(ctx);
    Params params = Params.of(ctx);
    boolean permanently = params.flag("permanently_remove", false);
    String fullPath = params.text("full_path");
    boolean removed =
        database.write(
            handle -> {
              Project project = again(handle, visit.project());
              if (permanently) {
                return remove(handle, project, fullPath);
              }
              mark(handle, project);
              return false;
            });
    if (removed) {
      disk.remove(visit.project().id());
    }
    RestPages.json(ctx, 202, Map.of("message", "202 Accepted"));
  }

  private boolean remove(Handle handle, Project project, @Nullable String fullPath) {
    if (project.markedForDeletionOn() == null) {
      throw RestError.message(400, "Project must be marked for deletion first.");
    }
    if (!project.fullPath().equals(fullPath)) {
      throw RestError.message(
          400, "`full_path` is incorrect. You must enter the complete path for the project.");
    }
    ProjectStore.remove(handle, project.id());
    return true;
  }

  private static String suffix(Project project) {
    return "-deletion_scheduled-" + project.id();
  }

  private void mark(Handle handle, Project project) {
    if (project.markedForDeletionOn() != null) {
      throw RestError.message(400, "Project has been already marked for deletion");
    }
    Instant now = clock.instant();
    String suffix = suffix(project);
    ProjectStore.update(
        handle,
        named(
            project,
            project.path() + suffix,
            project.name() + suffix,
            LocalDate.ofInstant(now, ZoneOffset.UTC).toString()));
  }

  private Project named(Project project, String path, String name, @Nullable String marked) {
    return new Project(
        project.id(),
        project.namespaceId(),
        project.namespace(),
        path,
        name,
        project.description(),
        project.visibility(),
        project.defaultBranch(),
        project.ciConfigPath(),
        project.buildTimeout(),
        project.autoDevops(),
        project.creatorId(),
        project.createdAt(),
        clock.instant(),
        marked);
  }

  private void restore(Context ctx) {
    Visit visit = access.owner(ctx);
    Project restored =
        database.write(
            handle -> {
              Project marked = again(handle, visit.project());
              if (marked.markedForDeletionOn() == null) {
                throw RestError.message(400, "Project has not been marked for deletion");
              }
              String suffix = suffix(marked);
              String path = without(marked.path(), suffix);
              String name = without(marked.name(), suffix);
              Project back = named(marked, path, name, null);
              // Another may have taken the place; GitLab then finds a free name beside it.
              boolean free =
                  ProjectStore.byPath(handle, back.fullPath()).isEmpty()
                      && !ProjectStore.nameTaken(handle, back);
              Project after =
                  free
                      ? back
                      : named(marked, path + "-" + marked.id(), name + "-" + marked.id(), null);
              ProjectStore.update(handle, after);
              return after;
            });
    RestPages.json(ctx, 201, json.full(restored, visit.user()));
  }

  private static String without(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }
}

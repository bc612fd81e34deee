package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.rest.Moved;
import org.newci.standin.rest.RestError;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** Finds the project of a call's path, as far as the caller may know that it exists. */
public final class ProjectAccess {

  private final Database database;
  private final Users users;
  private final URI base;

  public ProjectAccess(Database database, Users users, URI base) {
    this.database = database;
    this.users = users;
    this.base = base;
  }

  /** The base of all links. */
  public URI base() {
    return base;
  }

  /** A caller, the project that they ask for, and their level in it. */
  public record Visit(User user, Project project, AccessLevel level) {

    /** 403 below that level. */
    public Visit atLeast(AccessLevel needed) {
      if (!level.atLeast(needed)) {
        throw RestError.forbidden();
      }
      return this;
    }
  }

  /** For reading: 401, or 404 when it is not there for this caller. */
  public Visit visible(Context ctx) {
    return visible(ctx, users.caller(ctx));
  }

  /** For reading by a token with one of these scopes too. */
  public Visit visible(Context ctx, List<String> alsoScopes) {
    return visible(ctx, users.login(ctx, alsoScopes).user());
  }

  /**
   * For reading by people, or by a job of that very project, which says so by {@code JOB-TOKEN} or
   * {@code job_token} (docs: ci/jobs/ci_job_token): 401, or 404.
   */
  public Project readable(Context ctx, JobTokenCheck jobs) {
    String header = ctx.header("JOB-TOKEN");
    String token = header == null ? ctx.queryParam("job_token") : header;
    if (token == null) {
      return visible(ctx).project();
    }
    return named(ctx.pathParam("id"))
        .filter(project -> jobs.mayRead(token, project.id()))
        .orElseThrow(() -> RestError.notFound("Project"));
  }

  private Optional<Project> named(String id) {
    return database.read(
        handle ->
            id.matches("\\d{1,18}")
                ? ProjectStore.byId(handle, Long.parseLong(id))
                : ProjectStore.byPath(handle, id));
  }

  private Visit visible(Context ctx, User user) {
    String id = ctx.pathParam("id");
    Optional<Project> found = named(id);
    if (found.isEmpty()) {
      redirectIfMoved(ctx, user, id);
    }
    return found
        .map(project -> new Visit(user, project, level(user, project)))
        .filter(visit -> visit.project().visibleAt(visit.level(), user))
        .orElseThrow(() -> RestError.notFound("Project"));
  }

  /** The level of that user in that project. */
  public AccessLevel level(User user, Project project) {
    return database.read(
        handle -> Members.level(handle, user, project.id(), project.namespaceId()));
  }

  /** For changing what a project holds, such as its pipelines: 403 below a developer. */
  public Visit developer(Context ctx) {
    return visible(ctx).atLeast(AccessLevel.DEVELOPER);
  }

  /** 403 below a maintainer: settings, hooks, variables, protected branches. */
  public Visit maintainer(Context ctx) {
    return visible(ctx).atLeast(AccessLevel.MAINTAINER);
  }

  /** 403 below an owner: deletion. */
  public Visit owner(Context ctx) {
    return visible(ctx).atLeast(AccessLevel.OWNER);
  }

  private void redirectIfMoved(Context ctx, User user, String path) {
    @Nullable Project moved =
        database
            .read(handle -> ProjectStore.byFormerPath(handle, path))
            .filter(project -> project.visibleAt(level(user, project), user))
            .orElse(null);
    if (moved == null) {
      throw RestError.notFound("Project");
    }
    if (!ctx.method().equals(HandlerType.GET)) {
      throw RestError.message(405, "Non GET methods are not allowed for moved projects");
    }
    String prefix = "/api/v4/projects/";
    int end = ctx.path().indexOf('/', prefix.length());
    String rest = end < 0 ? "" : ctx.path().substring(end);
    String query = ctx.queryString() == null ? "" : "?" + ctx.queryString();
    throw new Moved(base + prefix + moved.id() + rest + query);
  }
}

package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.Optional;
import org.newci.standin.database.Database;
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

  /** A caller and the project that they ask for. */
  public record Visit(User user, Project project) {}

  /** For reading: 401, or 404 when it is not there for this caller. */
  public Visit visible(Context ctx) {
    User user = users.caller(ctx);
    String id = ctx.pathParam("id");
    Optional<Project> found =
        database.read(
            handle ->
                id.matches("\\d{1,18}")
                    ? ProjectStore.byId(handle, Long.parseLong(id))
                    : ProjectStore.byPath(handle, id));
    if (found.isEmpty()) {
      redirectIfMoved(ctx, user, id);
    }
    return new Visit(
        user,
        found
            .filter(project -> project.visibleTo(user))
            .orElseThrow(() -> RestError.notFound("Project")));
  }

  /** For changing: also 403 when it is not the caller's. */
  public Visit owned(Context ctx) {
    Visit visit = visible(ctx);
    if (!visit.project().ownedBy(visit.user())) {
      throw RestError.forbidden();
    }
    return visit;
  }

  private void redirectIfMoved(Context ctx, User user, String path) {
    Project project =
        database
            .read(handle -> ProjectStore.byFormerPath(handle, path))
            .filter(moved -> moved.visibleTo(user))
            .orElseThrow(() -> RestError.notFound("Project"));
    if (!ctx.method().equals(HandlerType.GET)) {
      throw RestError.message(405, "Non GET methods are not allowed for moved projects");
    }
    String prefix = "/api/v4/projects/";
    int end = ctx.path().indexOf('/', prefix.length());
    String rest = end < 0 ? "" : ctx.path().substring(end);
    String query = ctx.queryString() == null ? "" : "?" + ctx.queryString();
    throw new Moved(base + prefix + project.id() + rest + query);
  }
}

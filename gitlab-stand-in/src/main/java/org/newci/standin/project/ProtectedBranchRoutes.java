package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.project.ProtectedBranches.Rule;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/protected_branches}. */
public final class ProtectedBranchRoutes {

  private static final String ALL = "/api/v4/projects/{id}/protected_branches";
  private static final String ONE = ALL + "/{name}";

  /** Levels for one user, group or deploy key are a feature of the paid tiers. */
  private static final List<String> NOT_HERE =
      List.of("allowed_to_push", "allowed_to_merge", "allowed_to_unprotect");

  private final Database database;
  private final ProjectAccess access;
  private final URI base;

  public ProtectedBranchRoutes(Database database, ProjectAccess access, URI base) {
    this.database = database;
    this.access = access;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.POST, ALL, this::protect)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.PATCH, ONE, this::change)
        .open(HandlerType.DELETE, ONE, this::unprotect);
  }

  private void list(Context ctx) {
    Visit visit = access.developer(ctx);
    Params params = Params.of(ctx);
    String search = params.text("search", "");
    List<Rule> all =
        database.read(handle -> ProtectedBranches.all(handle, visit.project().id())).stream()
            .filter(rule -> rule.name().contains(search))
            .toList();
    Page.of(params).slice(ctx, base, all, Rule::json);
  }

  private void protect(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx).refuse(NOT_HERE);
    Rule wanted =
        new Rule(
            0,
            params.required("name"),
            level(params, "push_access_level", AccessLevel.MAINTAINER),
            level(params, "merge_access_level", AccessLevel.MAINTAINER),
            params.flag("allow_force_push", false));
    Rule made =
        database.write(
            handle -> {
              long project = visit.project().id();
              if (ProtectedBranches.named(handle, project, wanted.name()).isPresent()) {
                throw RestError.message(
                    409, "Protected branch '%s' already exists".formatted(wanted.name()));
              }
              ProtectedBranches.save(handle, project, wanted);
              return ProtectedBranches.named(handle, project, wanted.name()).orElseThrow();
            });
    RestPages.json(ctx, 201, made.json());
  }

  private static AccessLevel level(Params params, String name, AccessLevel usual) {
    return switch (params.text(name, String.valueOf(usual.number()))) {
      case "0" -> AccessLevel.NONE;
      case "30" -> AccessLevel.DEVELOPER;
      case "40" -> AccessLevel.MAINTAINER;
      default -> throw RestError.parameter(name + " does not have a valid value");
    };
  }

  private static Rule find(Handle handle, Context ctx, Visit visit) {
    return ProtectedBranches.named(handle, visit.project().id(), ctx.pathParam("name"))
        .orElseThrow(RestError::gone);
  }

  private void read(Context ctx) {
    Visit visit = access.developer(ctx);
    RestPages.json(ctx, 200, database.read(handle -> find(handle, ctx, visit)).json());
  }

  private void change(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx).refuse(NOT_HERE);
    Rule changed =
        database.write(
            handle -> {
              Rule before = find(handle, ctx, visit);
              Rule after =
                  new Rule(
                      before.id(),
                      before.name(),
                      before.push(),
                      before.merge(),
                      params.flag("allow_force_push", before.allowForcePush()));
              ProtectedBranches.save(handle, visit.project().id(), after);
              return after;
            });
    RestPages.json(ctx, 200, changed.json());
  }

  private void unprotect(Context ctx) {
    Visit visit = access.maintainer(ctx);
    database.write(
        handle -> {
          Rule rule = find(handle, ctx, visit);
          ProtectedBranches.remove(handle, visit.project().id(), rule.name());
          return rule;
        });
    ctx.status(204);
  }
}

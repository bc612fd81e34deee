package org.newci.standin.project;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/variables}. */
public final class VariableRoutes {

  private static final String ALL = "/api/v4/projects/{id}/variables";
  private static final String ONE = ALL + "/{key}";
  private static final List<String> TYPES = List.of("env_var", "file");

  private final Database database;
  private final ProjectAccess access;
  private final URI base;

  public VariableRoutes(Database database, ProjectAccess access, URI base) {
    this.database = database;
    this.access = access;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.POST, ALL, this::create)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.PUT, ONE, this::change)
        .open(HandlerType.DELETE, ONE, this::delete);
  }

  private void list(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Page page = Page.of(Params.of(ctx));
    List<Variable> all = database.read(handle -> Variable.all(handle, visit.project().id()));
    List<Variable> slice = all.stream().skip(page.offset()).limit(page.size()).toList();
    page.answer(ctx, base, slice, all.size(), Variable::json);
  }

  private void create(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx);
    boolean hidden = params.flag("masked_and_hidden", false);
    if (!params.has("value")) {
      throw RestError.parameter("value is missing");
    }
    Variable variable =
        new Variable(
            params.required("key"),
            params.text("value", ""),
            params.word("variable_type", "env_var", TYPES),
            params.flag("protected", false),
            hidden || params.flag("masked", false),
            hidden,
            params.flag("raw", false),
            params.text("environment_scope", "*"),
            params.text("description"));
    check(variable);
    database.write(
        handle -> {
          List<Variable> all = Variable.all(handle, visit.project().id());
          if (all.stream().anyMatch(other -> same(other, variable.key(), variable.scope()))) {
            throw RestError.field("key", "(%s) has already been taken".formatted(variable.key()));
          }
          variable.save(handle, visit.project().id());
          return variable;
        });
    RestPages.json(ctx, 201, variable.json());
  }

  private void read(Context ctx) {
    Visit visit = access.maintainer(ctx);
    RestPages.json(ctx, 200, database.read(h -> find(h, ctx, visit.project().id())).json());
  }

  private void change(Context ctx) {
    Visit visit = access.maintainer(ctx);
    Params params = Params.of(ctx);
    Variable changed =
        database.write(
            handle -> {
              Variable before = find(handle, ctx, visit.project().id());
              Variable after =
                  new Variable(
                      before.key(),
                      params.text("value", before.value()),
                      params.word("variable_type", before.type(), TYPES),
                      params.flag("protected", before.isProtected()),
                      params.flag("masked", before.masked()),
                      before.hidden(),
                      params.flag("raw", before.raw()),
                      params.text("environment_scope", before.scope()),
                      params.has("description")
                          ? params.text("description")
                          : before.description());
              check(after);
              before.remove(handle, visit.project().id());
              after.save(handle, visit.project().id());
              return after;
            });
    RestPages.json(ctx, 200, changed.json());
  }

  private void delete(Context ctx) {
    Visit visit = access.maintainer(ctx);
    database.write(
        handle -> {
          Variable variable = find(handle, ctx, visit.project().id());
          variable.remove(handle, visit.project().id());
          return variable;
        });
    ctx.status(204);
  }

  private static Variable find(Handle handle, Context ctx, long projectId) {
    String scope = ctx.queryParam("filter[environment_scope]");
    return Variable.all(handle, projectId).stream()
        .filter(variable -> same(variable, ctx.pathParam("key"), scope))
        .findFirst()
        .orElseThrow(() -> RestError.notFound("Variable"));
  }

  private static boolean same(Variable variable, String key, @Nullable String scope) {
    return variable.key().equals(key) && (scope == null || variable.scope().equals(scope));
  }

  private static void check(Variable variable) {
    variable
        .mistake()
        .ifPresent(
            mistake -> {
              throw RestError.field(mistake.getKey(), mistake.getValue());
            });
  }
}

package org.newci.standin.project;

import io.javalin.http.Context;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.database.Database;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.user.User;

/** Answers with the projects that a query finds, in pages or by keyset. */
public final class ProjectList {

  private final Database database;
  private final URI base;
  private final ProjectJson json;

  public ProjectList(Database database, URI base, ProjectJson json) {
    this.database = database;
    this.base = base;
    this.json = json;
  }

  /** The projects of some namespaces, as far as that user may see. */
  public void inNamespaces(Context ctx, User user, List<Long> namespaces, Params params) {
    String ids = String.join(",", namespaces.stream().map(String::valueOf).toList());
    ProjectQuery query =
        ProjectQuery.of(user, params).and("namespace_id in (" + ids + ")", Map.of());
    answer(ctx, user, query, params);
  }

  void answer(Context ctx, User user, ProjectQuery query, Params params) {
    boolean simple = params.flag("simple", false);
    Page page = Page.of(params);
    if (params.word("pagination", "legacy", List.of("legacy", "keyset")).equals("keyset")) {
      if (!query.order().equals("id")) {
        throw RestError.message(
            405, "Keyset pagination is not yet available for this type of request");
      }
      keyset(ctx, page, query, user, simple);
      return;
    }
    long total = database.read(handle -> ProjectStore.count(handle, query));
    List<Project> slice =
        database.read(handle -> ProjectStore.list(handle, query, page.offset(), page.size()));
    page.answer(ctx, base, slice, total, p -> shown(p, user, simple));
  }

  private Map<String, Object> shown(Project project, User user, boolean simple) {
    return simple ? json.simple(project) : json.full(project, user);
  }

  private void keyset(Context ctx, Page page, ProjectQuery query, User user, boolean simple) {
    List<Project> slice =
        database.read(handle -> ProjectStore.list(handle, query, 0, page.size() + 1));
    List<Project> shown = slice.stream().limit(page.size()).toList();
    Optional<Page.Next> next =
        slice.size() > page.size()
            ? Optional.of(
                new Page.Next(query.ascending() ? "id_after" : "id_before", shown.getLast().id()))
            : Optional.empty();
    page.keyset(ctx, base, next, shown.stream().map(p -> shown(p, user, simple)).toList());
  }
}

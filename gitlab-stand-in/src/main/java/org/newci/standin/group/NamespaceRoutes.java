package org.newci.standin.group;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.Namespace;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /namespaces}: where the caller's projects may lie. */
public final class NamespaceRoutes {

  private static final String ALL = "/api/v4/namespaces";
  private static final String ONE = ALL + "/{namespace}";

  private final Database database;
  private final Users users;
  private final URI base;

  public NamespaceRoutes(Database database, Users users, URI base) {
    this.database = database;
    this.users = users;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.GET, ONE + "/exists", this::exists);
  }

  private AccessLevel level(User user, Namespace space) {
    return space.isGroup()
        ? database.read(handle -> Members.inGroup(handle, user, space.id()))
        : user.admin() || user.id() == space.id() ? AccessLevel.OWNER : AccessLevel.NONE;
  }

  private void list(Context ctx) {
    User user = users.caller(ctx);
    Params params = Params.of(ctx);
    String search = params.text("search", "").toLowerCase(Locale.ROOT);
    AccessLevel least = params.flag("owned_only", false) ? AccessLevel.OWNER : AccessLevel.GUEST;
    boolean top = params.flag("top_level_only", false);
    List<Namespace> found =
        users.namespaces().stream()
            .filter(space -> level(user, space).atLeast(least))
            .filter(space -> !top || space.parentId() == null)
            .filter(
                space ->
                    space.fullPath().toLowerCase(Locale.ROOT).contains(search)
                        || space.name().toLowerCase(Locale.ROOT).contains(search))
            .toList();
    Page.of(params).slice(ctx, base, found, space -> space.json(base));
  }

  private Optional<Namespace> find(String idOrPath) {
    return idOrPath.matches("\\d{1,18}")
        ? users.namespace(Long.parseLong(idOrPath))
        : users.namespace(idOrPath);
  }

  private void read(Context ctx) {
    User user = users.caller(ctx);
    Namespace space =
        find(ctx.pathParam("namespace"))
            .filter(found -> level(user, found).atLeast(AccessLevel.GUEST))
            .orElseThrow(() -> RestError.notFound("Namespace"));
    RestPages.json(ctx, 200, space.json(base));
  }

  private void exists(Context ctx) {
    users.caller(ctx);
    String path = ctx.pathParam("namespace");
    Params params = Params.of(ctx);
    String around =
        Optional.ofNullable(params.text("parent_id"))
            .flatMap(this::find)
            .map(space -> space.fullPath() + "/")
            .orElse("");
    boolean taken = users.namespace(around + path).isPresent();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("exists", taken);
    json.put("suggests", taken ? List.of(free(around, path)) : List.of());
    RestPages.json(ctx, 200, json);
  }

  private String free(String around, String path) {
    int number = 1;
    while (users.namespace(around + path + number).isPresent()) {
      number++;
    }
    return path + number;
  }
}

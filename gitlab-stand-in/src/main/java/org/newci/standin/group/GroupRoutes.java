package org.newci.standin.group;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.group.GroupAccess.Visit;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.member.Members.Source;
import org.newci.standin.project.ProjectJson;
import org.newci.standin.project.ProjectList;
import org.newci.standin.project.ProjectPath;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /groups}: made, listed, read and changed, with their subgroups and projects. */
public final class GroupRoutes {

  private static final String ALL = "/api/v4/groups";
  private static final String ONE = ALL + "/{group}";
  private static final List<String> VISIBILITIES = List.of("private", "internal", "public");

  /** Names that GitLab's own pages have (docs: user/reserved_names). */
  private static final Set<String> RESERVED =
      Set.of(
          "-",
          ".well-known",
          "admin",
          "api",
          "assets",
          "dashboard",
          "explore",
          "files",
          "groups",
          "health_check",
          "help",
          "import",
          "jwt",
          "login",
          "oauth",
          "profile",
          "projects",
          "public",
          "s",
          "search",
          "snippets",
          "unsubscribes",
          "uploads",
          "users",
          "v2");

  private final Database database;
  private final Users users;
  private final Groups groups;
  private final GroupAccess access;
  private final Clock clock;
  private final URI base;

  public GroupRoutes(Database database, Users users, Groups groups, Clock clock, URI base) {
    this.database = database;
    this.users = users;
    this.groups = groups;
    this.access = new GroupAccess(database, users, groups);
    this.clock = clock;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, ALL, this::list)
        .open(HandlerType.POST, ALL, this::create)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.PUT, ONE, this::change)
        .open(HandlerType.GET, ONE + "/subgroups", this::subgroups)
        .open(HandlerType.GET, ONE + "/projects", this::projects);
  }

  private void list(Context ctx) {
    User user = users.caller(ctx);
    answer(ctx, user, groups.all().stream());
  }

  private void subgroups(Context ctx) {
    Visit visit = access.visible(ctx);
    answer(
        ctx,
        visit.user(),
        groups.all().stream()
            .filter(group -> Objects.equals(group.parentId(), visit.group().id())));
  }

  private void answer(Context ctx, User user, Stream<Group> some) {
    Params params = Params.of(ctx);
    String search = params.text("search", "").toLowerCase(Locale.ROOT);
    boolean owned = params.flag("owned", false);
    boolean top = params.flag("top_level_only", false);
    List<String> skipped = params.words("skip_groups");
    AccessLevel least =
        AccessLevel.of(owned ? 50 : params.number("min_access_level", 0, 0))
            .orElseThrow(() -> RestError.parameter("min_access_level does not have a valid value"));
    Comparator<Group> order =
        params.word("order_by", "name", List.of("name", "path", "id", "similarity")).equals("id")
            ? Comparator.comparingLong(Group::id)
            : Comparator.comparing(group -> group.fullName().toLowerCase(Locale.ROOT));
    boolean ascending = params.word("sort", "asc", List.of("asc", "desc")).equals("asc");
    List<Group> found =
        some.filter(group -> group.visibleAt(access.level(user, group), user))
            .filter(group -> access.level(user, group).atLeast(least))
            .filter(group -> !top || group.parentId() == null)
            .filter(group -> !skipped.contains(String.valueOf(group.id())))
            .filter(
                group ->
                    group.name().toLowerCase(Locale.ROOT).contains(search)
                        || group.fullPath().toLowerCase(Locale.ROOT).contains(search))
            .sorted(ascending ? order : order.reversed())
            .toList();
    Page.of(params).slice(ctx, base, found, group -> group.json(base));
  }

  private void create(Context ctx) {
    User user = users.caller(ctx);
    Params params = Params.of(ctx);
    String name = params.required("name");
    String path = params.required("path");
    @Nullable Group parent = null;
    if (params.has("parent_id")) {
      Visit around = access.visible(user, params.required("parent_id"));
      parent = around.atLeast(AccessLevel.MAINTAINER).group();
    }
    if (user.bot()) {
      throw RestError.forbidden();
    }
    ProjectPath.mistakeInPath(path)
        .ifPresent(
            mistake -> {
              throw failed("path", mistake);
            });
    if (parent == null && RESERVED.contains(path.toLowerCase(Locale.ROOT))) {
      throw failed("path", path + " is a reserved name");
    }
    Groups.Wanted wanted =
        new Groups.Wanted(
            parent,
            path,
            name,
            params.text("description", ""),
            params.word("visibility", "private", VISIBILITIES));
    if (users.namespace(wanted.fullPath()).isPresent()) {
      throw failed("path", "has already been taken");
    }
    Group made =
        database.write(
            handle -> {
              Group group = groups.add(handle, wanted, user.id());
              Members.save(
                  handle, Source.GROUP, group.id(), user.id(), AccessLevel.OWNER, clock.instant());
              return group;
            });
    groups.know(made);
    RestPages.json(ctx, 201, made.json(base));
  }

  /** GitLab prints the mistakes of a group as Ruby does. */
  private static RestError failed(String field, String mistake) {
    return RestError.message(400, "Failed to save group {:%s=>[\"%s\"]}".formatted(field, mistake));
  }

  private void read(Context ctx) {
    Visit visit = access.visible(ctx);
    Map<String, Object> json = visit.group().json(base);
    json.put("shared_with_groups", List.of());
    json.put("prevent_sharing_groups_outside_hierarchy", false);
    json.put("enabled_git_access_protocol", "all");
    RestPages.json(ctx, 200, json);
  }

  private void change(Context ctx) {
    Visit visit = access.visible(ctx).atLeast(AccessLevel.OWNER);
    Params params = Params.of(ctx).refuse(List.of("path", "parent_id"));
    Group before = visit.group();
    Group after =
        database.write(
            handle ->
                groups.update(
                    handle,
                    before.id(),
                    params.text("name", before.name()),
                    params.text("description", before.description()),
                    params.word("visibility", before.visibility(), VISIBILITIES)));
    groups.know(after);
    RestPages.json(ctx, 200, after.json(base));
  }

  private void projects(Context ctx) {
    Visit visit = access.visible(ctx);
    Params params = Params.of(ctx);
    List<Long> ids = new ArrayList<>();
    ids.add(visit.group().id());
    if (params.flag("include_subgroups", false)) {
      groups.all().stream()
          .filter(group -> group.fullPath().startsWith(visit.group().fullPath() + "/"))
          .forEach(group -> ids.add(group.id()));
    }
    new ProjectList(database, base, new ProjectJson(base, users))
        .inNamespaces(ctx, visit.user(), ids, params);
  }
}

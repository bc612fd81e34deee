package org.newci.standin.group;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.member.Members.Member;
import org.newci.standin.member.Members.Source;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.rest.Times;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /projects/:id/members} and {@code /groups/:id/members}. */
public final class MemberRoutes {

  private static final String PROJECT = "/api/v4/projects/{id}/members";
  private static final String GROUP = "/api/v4/groups/{group}/members";

  private final Database database;
  private final Users users;
  private final ProjectAccess projects;
  private final GroupAccess groups;
  private final Clock clock;
  private final URI base;

  public MemberRoutes(
      Database database, Users users, ProjectAccess projects, GroupAccess groups, Clock clock) {
    this.database = database;
    this.users = users;
    this.projects = projects;
    this.groups = groups;
    this.clock = clock;
    this.base = projects.base();
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    addTo(spec, PROJECT, this::ofProject);
    addTo(spec, GROUP, this::ofGroup);
  }

  /** Whose members a call is about, and what the caller is there. */
  private record Place(Source source, long id, long groupAround, AccessLevel level) {}

  private interface Finder {
    Place find(Context ctx);
  }

  private Place ofProject(Context ctx) {
    ProjectAccess.Visit visit = projects.visible(ctx);
    return new Place(
        Source.PROJECT, visit.project().id(), visit.project().namespaceId(), visit.level());
  }

  private Place ofGroup(Context ctx) {
    GroupAccess.Visit visit = groups.visible(ctx);
    return new Place(Source.GROUP, visit.group().id(), visit.group().id(), visit.level());
  }

  private void addTo(EdgeSpec spec, String all, Finder finder) {
    String one = all + "/{user}";
    spec.open(HandlerType.GET, all, ctx -> list(ctx, finder.find(ctx), false))
        .open(HandlerType.GET, all + "/all", ctx -> list(ctx, finder.find(ctx), true))
        .open(HandlerType.POST, all, ctx -> add(ctx, finder.find(ctx)))
        .open(HandlerType.GET, one, ctx -> read(ctx, finder.find(ctx)))
        .open(HandlerType.PUT, one, ctx -> change(ctx, finder.find(ctx)))
        .open(HandlerType.DELETE, one, ctx -> remove(ctx, finder.find(ctx)));
  }

  private List<Member> members(Place place, boolean inherited) {
    List<Member> all =
        new ArrayList<>(database.read(handle -> Members.of(handle, place.source(), place.id())));
    if (place.source() == Source.PROJECT) {
      users
          .find(place.groupAround())
          .ifPresent(
              owner ->
                  all.add(
                      new Member(place.id(), owner.id(), AccessLevel.OWNER, owner.createdAt())));
    }
    if (inherited) {
      database.read(handle -> Members.around(handle, place.groupAround())).stream()
          .filter(member -> all.stream().noneMatch(known -> known.userId() == member.userId()))
          .toList()
          .forEach(all::add);
    }
    return all;
  }

  private void list(Context ctx, Place place, boolean inherited) {
    Params params = Params.of(ctx);
    String query = params.text("query", "");
    List<Member> shown =
        members(place, inherited).stream()
            .filter(member -> users.byId(member.userId()).username().contains(query))
            .toList();
    Page.of(params).slice(ctx, base, shown, this::json);
  }

  private Map<String, Object> json(Member member) {
    Map<String, Object> json = new LinkedHashMap<>(users.byId(member.userId()).basic(base));
    json.put("access_level", member.level().number());
    json.put("created_at", Times.rest(member.createdAt()));
    json.put("expires_at", null);
    json.put("membership_state", "active");
    return json;
  }

  private Member find(Context ctx, Place place) {
    return members(place, false).stream()
        .filter(member -> String.valueOf(member.userId()).equals(ctx.pathParam("user")))
        .findFirst()
        .orElseThrow(RestError::gone);
  }

  private void read(Context ctx, Place place) {
    RestPages.json(ctx, 200, json(find(ctx, place)));
  }

  private static void mayManage(Place place, AccessLevel given) {
    AccessLevel needed =
        place.source() == Source.GROUP ? AccessLevel.OWNER : AccessLevel.MAINTAINER;
    if (!place.level().atLeast(needed) || !place.level().atLeast(given)) {
      throw RestError.forbidden();
    }
  }

  private static AccessLevel level(Params params) {
    params.required("access_level");
    return AccessLevel.of(params.number("access_level", 0, 0))
        .filter(level -> level.atLeast(AccessLevel.MINIMAL))
        .orElseThrow(() -> RestError.parameter("access_level does not have a valid value"));
  }

  private void add(Context ctx, Place place) {
    Params params = Params.of(ctx);
    AccessLevel level = level(params);
    mayManage(place, level);
    User user =
        users.find(params.number("user_id", 0, 0)).orElseThrow(() -> RestError.notFound("User"));
    if (members(place, false).stream().anyMatch(member -> member.userId() == user.id())) {
      throw RestError.message(409, "Member already exists");
    }
    save(ctx, 201, place, user.id(), level);
  }

  private void save(Context ctx, int status, Place place, long userId, AccessLevel level) {
    Member saved =
        database.write(
            handle -> {
              Members.save(handle, place.source(), place.id(), userId, level, clock.instant());
              return Members.direct(handle, place.source(), place.id(), userId).orElseThrow();
            });
    RestPages.json(ctx, status, json(saved));
  }

  private void change(Context ctx, Place place) {
    AccessLevel level = level(Params.of(ctx));
    Member before = find(ctx, place);
    mayManage(place, level);
    mayManage(place, before.level());
    save(ctx, 200, place, before.userId(), level);
  }

  private void remove(Context ctx, Place place) {
    Member member = find(ctx, place);
    mayManage(place, member.level());
    database.write(
        handle -> {
          Members.remove(handle, place.source(), place.id(), member.userId());
          return member;
        });
    ctx.status(204);
  }
}

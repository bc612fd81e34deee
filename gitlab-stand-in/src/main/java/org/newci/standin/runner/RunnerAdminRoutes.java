package org.newci.standin.runner;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectJson;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.rest.Times;
import org.newci.standin.user.AccessToken;
import org.newci.standin.user.Secret;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /runners}: what runners there are, changed and removed by people. */
public final class RunnerAdminRoutes {

  private static final String ONE = "/api/v4/runners/{runner}";
  private static final List<String> SCOPE = List.of("manage_runner");

  private final Database database;
  private final Users users;
  private final ProjectAccess access;
  private final ProjectJson projects;
  private final URI base;

  public RunnerAdminRoutes(Database database, Users users, ProjectAccess access, URI base) {
    this.database = database;
    this.users = users;
    this.access = access;
    this.projects = new ProjectJson(base, users);
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, "/api/v4/runners", this::mine)
        .open(HandlerType.GET, "/api/v4/runners/all", this::all)
        .open(HandlerType.GET, ONE, this::read)
        .open(HandlerType.PUT, ONE, this::change)
        .open(HandlerType.DELETE, ONE, this::remove)
        .open(HandlerType.POST, ONE + "/reset_authentication_token", this::reset)
        .open(HandlerType.GET, "/api/v4/projects/{id}/runners", this::ofProject);
  }

  private void mine(Context ctx) {
    User user = users.login(ctx, SCOPE).user();
    answer(ctx, runner -> !runner.isShared() && manages(user, runner));
  }

  private void all(Context ctx) {
    if (!users.login(ctx, SCOPE).user().admin()) {
      throw RestError.forbidden();
    }
    answer(ctx, runner -> true);
  }

  private void ofProject(Context ctx) {
    Project project = access.maintainer(ctx).project();
    answer(ctx, runner -> runner.isShared() || Objects.equals(runner.projectId(), project.id()));
  }

  private void answer(Context ctx, Predicate<Runner> shown) {
    Params params = Params.of(ctx).refuse(List.of("version_prefix", "creator_id"));
    Predicate<Runner> filter = shown;
    if (params.has("type")) {
      String type = params.word("type", "", List.of("instance_type", "group_type", "project_type"));
      filter = filter.and(runner -> runner.type().equals(type));
    }
    if (params.has("paused")) {
      boolean paused = params.flag("paused", false);
      filter = filter.and(runner -> runner.paused() == paused);
    }
    List<String> tags = params.words("tag_list");
    filter = filter.and(runner -> runner.tags().containsAll(tags)).and(narrowed(params));
    List<Runner> found = database.read(RunnerStore::all).stream().filter(filter).toList();
    Page.of(params).slice(ctx, base, found, this::basic);
  }

  /** The words of {@code status}, and of the older {@code scope}. */
  private static Predicate<Runner> narrowed(Params params) {
    List<String> words =
        List.of(
            "",
            "active",
            "online",
            "paused",
            "offline",
            "stale",
            "never_contacted",
            "shared",
            "specific");
    String word = params.word("status", params.word("scope", "", words), words);
    return switch (word) {
      case "paused" -> Runner::paused;
      case "active" -> runner -> !runner.paused();
      case "shared" -> Runner::isShared;
      case "specific" -> runner -> !runner.isShared();
      case "offline", "stale", "never_contacted" -> runner -> false;
      default -> runner -> true;
    };
  }

  private boolean manages(User user, Runner runner) {
    if (user.admin()) {
      return true;
    }
    Long projectId = runner.projectId();
    return projectId != null
        && database.read(
            handle ->
                ProjectStore.byId(handle, projectId)
                    .filter(
                        project ->
                            Members.level(handle, user, project.id(), project.namespaceId())
                                .atLeast(AccessLevel.MAINTAINER))
                    .isPresent());
  }

  private Runner find(Context ctx) {
    String id = ctx.pathParam("runner");
    if (!id.matches("\\d{1,18}")) {
      throw RestError.parameter("id is invalid");
    }
    return database
        .read(handle -> RunnerStore.byId(handle, Long.parseLong(id)))
        .orElseThrow(() -> RestError.notFound("Runner"));
  }

  private Runner managed(Context ctx) {
    User user = users.login(ctx, SCOPE).user();
    Runner runner = find(ctx);
    if (!manages(user, runner)) {
      throw RestError.message(403, "403 Forbidden - No access granted");
    }
    return runner;
  }

  private void read(Context ctx) {
    User user = users.login(ctx, SCOPE).user();
    Runner runner = find(ctx);
    if (!runner.isShared() && !manages(user, runner)) {
      throw RestError.message(403, "403 Forbidden - No access granted");
    }
    RestPages.json(ctx, 200, details(runner));
  }

  private void change(Context ctx) {
    Runner before = managed(ctx);
    Params params = RunnerRoutes.refuse(Params.of(ctx));
    Runner after = RunnerRoutes.filled(before, params);
    database.write(
        handle -> {
          RunnerStore.update(handle, after);
          RunnerStore.Origin was = RunnerStore.origin(handle, after.id());
          RunnerStore.saveOrigin(
              handle,
              after.id(),
              new RunnerStore.Origin(
                  was.createdAt(),
                  was.creatorId(),
                  params.flag("locked", was.locked()),
                  params.has("maintenance_note") ? params.text("maintenance_note") : was.note()));
          return after;
        });
    RestPages.json(ctx, 200, details(after));
  }

  private void remove(Context ctx) {
    Runner runner = managed(ctx);
    database.write(
        handle -> {
          RunnerStore.remove(handle, runner.id());
          return runner;
        });
    ctx.status(204);
  }

  private void reset(Context ctx) {
    Runner runner = managed(ctx);
    String token = AccessToken.secret("glrt-");
    database.write(
        handle -> {
          RunnerStore.changeToken(handle, runner.id(), Secret.of(token));
          return runner;
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("token", token);
    json.put("token_expires_at", null);
    RestPages.json(ctx, 201, json);
  }

  private Map<String, Object> basic(Runner runner) {
    RunnerStore.Origin origin = database.read(handle -> RunnerStore.origin(handle, runner.id()));
    Map<String, Object> json = runner.json();
    Long creator = origin.creatorId();
    json.put("created_by", creator == null ? null : users.byId(creator).basic(base));
    json.put("created_at", Times.rest(origin.createdAt()));
    json.put("job_execution_status", "idle");
    return json;
  }

  private Map<String, Object> details(Runner runner) {
    RunnerStore.Origin origin = database.read(handle -> RunnerStore.origin(handle, runner.id()));
    Map<String, Object> json = basic(runner);
    json.put("tag_list", runner.tags());
    json.put("run_untagged", runner.runUntagged());
    json.put("locked", origin.locked());
    json.put("maximum_timeout", runner.maximumTimeout());
    json.put("access_level", "not_protected");
    json.put("version", null);
    json.put("revision", null);
    json.put("platform", null);
    json.put("architecture", null);
    json.put("contacted_at", null);
    json.put("maintenance_note", origin.note());
    Long projectId = runner.projectId();
    json.put(
        "projects",
        projectId == null
            ? List.of()
            : database.read(handle -> ProjectStore.byId(handle, projectId)).stream()
                .map(projects::simple)
                .toList());
    json.put("groups", List.of());
    return json;
  }
}

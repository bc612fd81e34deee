package org.newci.standin.runner;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.member.AccessLevel;
import org.newci.standin.member.Members;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.AccessToken;
import org.newci.standin.user.Secret;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code POST /user/runners}: how a runner gets its token. */
public final class RunnerRoutes {

  static final List<String> TYPES = List.of("instance_type", "project_type");
  static final int SHORTEST_TIMEOUT = 600;

  private final Database database;
  private final Users users;
  private final Clock clock;

  public RunnerRoutes(Database database, Users users, Clock clock) {
    this.database = database;
    this.users = users;
    this.clock = clock;
  }

  /** Adds the route. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.POST, "/api/v4/user/runners", this::create);
  }

  private void create(Context ctx) {
    User user = users.login(ctx, List.of("create_runner")).user();
    Params params = Params.of(ctx);
    if (params.required("runner_type").equals("group_type")) {
      throw RestError.parameter("runner_type group_type is not supported by this server");
    }
    String type = params.word("runner_type", "", TYPES);
    Long project = type.equals("project_type") ? project(params, user) : null;
    if (project == null && !user.admin()) {
      throw RestError.forbidden();
    }
    Runner wanted =
        filled(new Runner(0, type, project, null, List.of(), true, false, null), refuse(params));
    String token = AccessToken.secret("glrt-");
    Runner runner =
        database.write(
            handle -> {
              Runner made = RunnerStore.add(handle, wanted, Secret.of(token), clock.instant());
              RunnerStore.Origin origin =
                  new RunnerStore.Origin(
                      clock.instant(),
                      user.id(),
                      params.flag("locked", false),
                      params.text("maintenance_note"));
              RunnerStore.saveOrigin(handle, made.id(), origin);
              return made;
            });
    RestPages.json(ctx, 201, credentials(runner, token));
  }

  /** 400 for what no runner of this server does. */
  static Params refuse(Params params) {
    if (params.text("access_level", "not_protected").equals("ref_protected")) {
      throw RestError.parameter("access_level ref_protected is not supported by this server");
    }
    params.word("access_level", "not_protected", List.of("not_protected"));
    return params;
  }

  /** The runner with what the parameters change. */
  static Runner filled(Runner before, Params params) {
    boolean paused =
        params.has("active")
            ? !params.flag("active", true)
            : params.flag("paused", before.paused());
    Runner after =
        new Runner(
            before.id(),
            before.type(),
            before.projectId(),
            params.has("description") ? params.text("description") : before.description(),
            params.has("tag_list") ? params.words("tag_list") : before.tags(),
            params.flag("run_untagged", before.runUntagged()),
            paused,
            params.has("maximum_timeout") ? timeout(params) : before.maximumTimeout());
    if (after.tags().isEmpty() && !after.runUntagged()) {
      throw RestError.field(
          "tags_list", "can not be empty when runner is not allowed to pick untagged jobs");
    }
    return after;
  }

  private static @Nullable Integer timeout(Params params) {
    if (params.text("maximum_timeout", "").isEmpty()) {
      return null;
    }
    int seconds = params.number("maximum_timeout", 0, 0);
    if (seconds < SHORTEST_TIMEOUT) {
      throw RestError.field("maximum_timeout", "needs to be at least 10 minutes");
    }
    return seconds;
  }

  private @Nullable Long project(Params params, User user) {
    String id = params.required("project_id");
    if (!id.matches("\\d{1,18}")) {
      throw RestError.parameter("project_id is invalid");
    }
    Project project =
        database
            .read(handle -> ProjectStore.byId(handle, Long.parseLong(id)))
            .orElseThrow(() -> RestError.notFound("Project"));
    AccessLevel level =
        database.read(handle -> Members.level(handle, user, project.id(), project.namespaceId()));
    if (!project.visibleAt(level, user)) {
      throw RestError.notFound("Project");
    }
    if (!level.atLeast(AccessLevel.MAINTAINER)) {
      throw RestError.forbidden();
    }
    return project.id();
  }

  /** What a runner is told about itself. */
  public static Map<String, Object> credentials(Runner runner, String token) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", runner.id());
    json.put("token", token);
    json.put("token_expires_at", null);
    return json;
  }
}

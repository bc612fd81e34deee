package org.newci.standin.runner;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectStore;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.Secret;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code POST /user/runners}: how a runner gets its token. */
public final class RunnerRoutes {

  private static final List<String> TYPES = List.of("instance_type", "project_type");

  private final Database database;
  private final Users users;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

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
    User user = users.caller(ctx);
    Params params = Params.of(ctx);
    params.required("runner_type");
    String type = params.word("runner_type", "", TYPES);
    Long project = type.equals("project_type") ? project(params, user) : null;
    if (project == null && !user.admin()) {
      throw RestError.forbidden();
    }
    boolean runUntagged = params.flag("run_untagged", true);
    List<String> tags = params.words("tag_list");
    if (tags.isEmpty() && !runUntagged) {
      throw RestError.message(
          400,
          Map.of(
              "tags_list",
              List.of("can not be empty when runner is not allowed to pick" + " untagged jobs")));
    }
    Runner wanted =
        new Runner(
            0,
            type,
            project,
            params.text("description"),
            tags,
            runUntagged,
            params.flag("paused", false),
            params.has("maximum_timeout") ? params.number("maximum_timeout", 0, 600) : null);
    byte[] secret = new byte[15];
    random.nextBytes(secret);
    String token = "glrt-" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    Runner runner =
        database.write(
            handle -> RunnerStore.add(handle, wanted, Secret.of(token), clock.instant()));
    RestPages.json(ctx, 201, credentials(runner, token));
  }

  private @Nullable Long project(Params params, User user) {
    String id = params.required("project_id");
    if (!id.matches("\\d{1,18}")) {
      throw RestError.parameter("project_id is invalid");
    }
    return database
        .read(handle -> ProjectStore.byId(handle, Long.parseLong(id)))
        .filter(project -> project.ownedBy(user))
        .map(Project::id)
        .orElseThrow(() -> RestError.notFound("Project"));
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

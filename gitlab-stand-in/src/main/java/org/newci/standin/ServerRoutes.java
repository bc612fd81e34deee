package org.newci.standin;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.pipeline.Predefined;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.User;
import org.newci.standin.user.Users;

/** {@code /version}, {@code /user} and {@code /users}: who answers here, who asks, who else is. */
final class ServerRoutes {

  private static final List<String> READ_USER = List.of("read_user");

  private final Users users;
  private final URI base;

  ServerRoutes(Users users, URI base) {
    this.users = users;
    this.base = base;
  }

  void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, "/api/v4/version", this::version)
        .open(HandlerType.GET, "/api/v4/metadata", this::version)
        .open(HandlerType.GET, "/api/v4/user", this::self)
        .open(HandlerType.GET, "/api/v4/users", this::list)
        .open(HandlerType.GET, "/api/v4/users/{user}", this::one);
  }

  private void version(Context ctx) {
    users.login(ctx, READ_USER);
    Map<String, Object> kas = new LinkedHashMap<>();
    kas.put("enabled", false);
    kas.put("externalUrl", null);
    kas.put("externalK8sProxyUrl", null);
    kas.put("version", null);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", Predefined.VERSION);
    json.put("revision", "stand-in");
    json.put("kas", kas);
    json.put("enterprise", false);
    RestPages.json(ctx, 200, json);
  }

  private void self(Context ctx) {
    RestPages.json(ctx, 200, users.login(ctx, READ_USER).user().own(base));
  }

  private void list(Context ctx) {
    users.login(ctx, READ_USER);
    Params params = Params.of(ctx);
    String name = params.text("username");
    String search = params.text("search", "");
    List<User> found =
        users.all().stream()
            .filter(user -> name == null || user.username().equalsIgnoreCase(name))
            .filter(user -> user.username().contains(search) || user.displayName().contains(search))
            .toList();
    Page.of(params).slice(ctx, base, found, user -> user.basic(base));
  }

  private void one(Context ctx) {
    users.login(ctx, READ_USER);
    Optional<User> user =
        Optional.of(ctx.pathParam("user"))
            .filter(id -> id.matches("\\d{1,18}"))
            .flatMap(id -> users.find(Long.parseLong(id)));
    RestPages.json(ctx, 200, user.orElseThrow(() -> RestError.notFound("User")).basic(base));
  }
}

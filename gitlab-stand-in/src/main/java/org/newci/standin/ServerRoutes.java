package org.newci.standin;

import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.pipeline.Predefined;
import org.newci.standin.rest.RestPages;
import org.newci.standin.user.Users;

/** {@code /version} and {@code /user}: who answers here, and who asks. */
final class ServerRoutes {

  private final Users users;
  private final URI base;

  ServerRoutes(Users users, URI base) {
    this.users = users;
    this.base = base;
  }

  void addTo(EdgeSpec spec) {
    spec.open(
            HandlerType.GET,
            "/api/v4/version",
            ctx -> {
              users.caller(ctx);
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("version", Predefined.VERSION);
              json.put("revision", "stand-in");
              json.put("enterprise", false);
              RestPages.json(ctx, 200, json);
            })
        .open(
            HandlerType.GET,
            "/api/v4/user",
            ctx -> RestPages.json(ctx, 200, users.caller(ctx).own(base)));
  }
}

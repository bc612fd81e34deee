package org.newci.shell.edge;

import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Scope;
import org.newci.shell.problem.ProblemPages;

/** What one component's edge serves: filled before the start, read by {@link Edge}. */
public final class EdgeSpec {

  /** One route: its scope is null where the handler checks its caller by itself. */
  public record Route(HandlerType method, String path, @Nullable Scope scope, Handler handler) {}

  private final List<Route> routes = new ArrayList<>();
  private final List<Consumer<JavalinConfig>> tunings = new ArrayList<>();
  private @Nullable BearerGate gate;
  private Consumer<RoutesConfig> errorPages = ProblemPages::install;
  private long maxBodyBytes = 1024 * 1024;
  private int maxConnections = 4_000;
  private boolean health = true;

  /** Sets the gate that every route but the open ones and {@code /health} lies behind. */
  public EdgeSpec gate(BearerGate bearerGate) {
    this.gate = bearerGate;
    return this;
  }

  /** A route for callers with that scope. */
  public EdgeSpec route(HandlerType method, String path, Scope scope, Handler handler) {
    routes.add(new Route(method, path, scope, handler));
    return this;
  }

  /** A route outside the gate: its handler decides by itself whom it serves. */
  public EdgeSpec open(HandlerType method, String path, Handler handler) {
    routes.add(new Route(method, path, null, handler));
    return this;
  }

  /** Errors in another shape than problem+json (the GitLab stand-in's). */
  public EdgeSpec errorPages(Consumer<RoutesConfig> pages) {
    this.errorPages = pages;
    return this;
  }

  /** Largest body that {@code ctx.body()} reads; streams are limited by who reads them. */
  public EdgeSpec maxBodyBytes(long bytes) {
    this.maxBodyBytes = bytes;
    return this;
  }

  /** How many connections are open at a time; others wait until they are accepted. */
  public EdgeSpec maxConnections(int most) {
    this.maxConnections = most;
    return this;
  }

  /** Leaves out {@code GET /health}, where every path means something else. */
  public EdgeSpec withoutHealth() {
    this.health = false;
    return this;
  }

  /** Anything of Javalin's that has no method here. */
  public EdgeSpec tune(Consumer<JavalinConfig> tuning) {
    tunings.add(tuning);
    return this;
  }

  /** The routes so far, in order. */
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  @Nullable BearerGate gateIfAny() {
    return gate;
  }

  Consumer<RoutesConfig> pages() {
    return errorPages;
  }

  List<Consumer<JavalinConfig>> tunings() {
    return tunings;
  }

  long maxBody() {
    return maxBodyBytes;
  }

  int connections() {
    return maxConnections;
  }

  boolean hasHealth() {
    return health;
  }
}

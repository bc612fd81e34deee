package org.newci.shell.edge;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.json.JavalinJackson;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinException;
import jakarta.servlet.DispatcherType;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.newci.shell.json.Json;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** A running HTTP server of one component. */
public final class Edge implements AutoCloseable {

  /** A burst of so many connections waits in the kernel instead of being reset (listen(2)). */
  private static final int NOT_YET_ACCEPTED = 1_024;

  /** A connection on which nothing moves that long is closed. */
  public static final Duration IDLE = Duration.ofSeconds(60);

  /** Requests that still run at a stop get that long. */
  public static final Duration STOP = Duration.ofSeconds(1);

  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

  private final Javalin app;
  private final EdgeConfig config;
  private final List<EdgeSpec.Route> routes;

  private final AtomicBoolean draining;

  private Edge(
      Javalin app, EdgeConfig config, List<EdgeSpec.Route> routes, AtomicBoolean draining) {
    this.draining = draining;
    this.app = app;
    this.config = config;
    this.routes = routes;
  }

  /** Starts serving; returns when the port is open. */
  public static Edge start(EdgeConfig config, EdgeSpec spec) {
    AtomicBoolean draining = new AtomicBoolean();
    Javalin app = Javalin.create(javalin -> assemble(javalin, config, spec, draining));
    app.start();
    return new Edge(app, config, spec.routes(), draining);
  }

  /** The port that it listens on. */
  public int port() {
    return app.port();
  }

  /** {@code https://localhost:PORT}, or http without TLS. */
  public URI url() {
    return URI.create(
        "%s://localhost:%d".formatted(config.tls() == null ? "http" : "https", port()));
  }

  /** What is served, for the check of the documentation. */
  public List<EdgeSpec.Route> routes() {
    return routes;
  }

  /**
   * From now on {@code /health} says 503 and every answer closes its connection, so that callers go
   * elsewhere; everything is still served.
   */
  public void drain() {
    draining.set(true);
  }

  @Override
  public void close() {
    try {
      app.stop();
    } catch (JavalinException e) {
      LOG.debug("requests were still running at the stop of port {}", port(), e);
    }
  }

  private static void assemble(
      JavalinConfig javalin, EdgeConfig config, EdgeSpec spec, AtomicBoolean draining) {
    javalin.startup.showJavalinBanner = false;
    javalin.startup.startupWatcherEnabled = false;
    javalin.concurrency.useVirtualThreads = true;
    javalin.http.prefer405over404 = true;
    javalin.jsonMapper(new JavalinJackson(Json.lenient(), true));
    javalin.http.maxRequestSize = spec.maxBody();
    javalin.jetty.addConnector((server, http) -> connector(server, http, config));
    javalin.jetty.modifyServer(
        server -> {
          server.setStopTimeout(STOP.toMillis());
          server.setErrorHandler(new RefusedEarly());
          server.addBean(new NetworkConnectionLimit(spec.connections(), server));
        });
    javalin.jetty.modifyServletContextHandler(
        context -> context.addFilter(new UnreadBody(), "/*", EnumSet.of(DispatcherType.REQUEST)));
    spec.tunings().forEach(tuning -> tuning.accept(javalin));
    spec.pages().accept(javalin.routes);
    javalin.routes.before(Edge::nameRequest);
    javalin.routes.before(
        ctx -> {
          if (draining.get()) {
            ctx.header("Connection", "close");
          }
        });
    BearerGate gate = spec.gateIfAny();
    if (gate != null) {
      javalin.routes.before(gateBefore(gate, spec));
    }
    if (spec.hasHealth()) {
      javalin.routes.get("/health", ctx -> health(ctx, draining.get()));
    }
    for (EdgeSpec.Route route : spec.routes()) {
      if (route.scope() != null && gate == null) {
        throw new IllegalStateException("route %s has a scope but no gate".formatted(route.path()));
      }
      javalin.routes.addEndpoint(
          Endpoint.create(route.method(), route.path()).handler(guarded(route)));
    }
    javalin.routes.after(UnreadBody::settle);
    javalin.routes.after(ctx -> MDC.remove("request"));
  }

  private static void health(Context ctx, boolean draining) {
    ctx.status(draining ? 503 : 200).result(draining ? "ending\n" : "ok\n");
  }

  private static Handler guarded(EdgeSpec.Route route) {
    var scope = route.scope();
    if (scope == null) {
      return route.handler();
    }
    return ctx -> {
      BearerGate.require(ctx, scope);
      route.handler().handle(ctx);
    };
  }

  private static Handler gateBefore(BearerGate gate, EdgeSpec spec) {
    Set<String> open =
        spec.routes().stream()
            .filter(route -> route.scope() == null)
            .map(EdgeSpec.Route::path)
            .collect(Collectors.toUnmodifiableSet());
    return ctx -> {
      boolean health = spec.hasHealth() && ctx.path().equals("/health");
      if (!health && !open.contains(ctx.path())) {
        gate.admit(ctx);
      }
    };
  }

  private static void nameRequest(Context ctx) {
    String given = ctx.header("X-Request-Id");
    String id =
        given != null && REQUEST_ID.matcher(given).matches()
            ? given
            : UUID.randomUUID().toString().replace("-", "");
    MDC.put("request", id);
    ctx.header("X-Request-Id", id);
    if (ctx.method().equals(HandlerType.TRACE)) {
      throw new Problem(405, "method-not-allowed", "TRACE is not served.");
    }
  }

  private static Connector connector(Server server, HttpConfiguration given, EdgeConfig config) {
    HttpConfiguration http = new HttpConfiguration(given);
    http.setSendServerVersion(false);
    // Names are decoded once, by the routes, which refuse what they must not hold.
    http.setUriCompliance(
        UriCompliance.from("RFC3986,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING"));
    ServerConnector connector;
    if (config.tls() == null) {
      connector = new ServerConnector(server, new HttpConnectionFactory(http));
    } else {
      SslContextFactory.Server tls = new RenewedTls(config.tls());
      http.addCustomizer(new SecureRequestCustomizer(false));
      HttpConnectionFactory plain = new HttpConnectionFactory(http);
      connector = new ServerConnector(server, new BatchedTls(tls, plain.getProtocol()), plain);
    }
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setAcceptQueueSize(NOT_YET_ACCEPTED);
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setShutdownIdleTimeout(50);
    return connector;
  }
}

package org.newci.controller;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Audience;
import org.newci.auth.Scope;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decider;
import org.newci.controller.effect.Effects;
import org.newci.controller.effect.LogStore;
import org.newci.controller.effect.Reactions;
import org.newci.controller.effect.Watches;
import org.newci.controller.hint.WebhookRoute;
import org.newci.controller.hint.WebhookSecret;
import org.newci.controller.ledger.Database;
import org.newci.controller.ledger.SqliteHistory;
import org.newci.controller.ledger.SqliteLedger;
import org.newci.controller.queue.Dispatcher;
import org.newci.controller.queue.Ticker;
import org.newci.controller.show.Bell;
import org.newci.controller.show.BuildRoute;
import org.newci.controller.show.EventsRoute;
import org.newci.controller.show.LogRoute;
import org.newci.controller.show.StatusRoute;
import org.newci.controller.submit.CancelRoute;
import org.newci.controller.submit.SubmitRoutes;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.TokenFile;
import org.newci.shell.peer.TrustedCa;

/** A running controller: all its parts, put together in one place. */
public final class ControllerService implements AutoCloseable {

  private static final long TICK_MS = 1_000;

  private final Edge edge;
  private final List<AutoCloseable> parts;

  private ControllerService(Edge edge, List<AutoCloseable> parts) {
    this.edge = edge;
    this.parts = parts;
  }

  /** Starts with the settings of that environment; answers when it serves. */
  public static ControllerService start(Map<String, String> env) {
    return start(ControllerConfig.from(env), Clock.systemUTC());
  }

  /** Starts with these settings. */
  public static ControllerService start(ControllerConfig config, Clock clock) {
    WebhookSecret secret = WebhookSecret.read(config.home().secrets().resolve("webhook.secret"));
    Effects.Peers peers = peers(config);
    Database database = Database.open(config.home().data().resolve("builds.db"));
    SqliteLedger ledger = new SqliteLedger(database, clock);
    SqliteHistory history = new SqliteHistory(database);
    Conductor conductor = new Conductor(ledger, new Decider(config.limits()), clock);
    Watches watches = new Watches();
    AtomicReference<@Nullable URI> self = new AtomicReference<>(config.publicUrl());
    Reactions reactions =
        Effects.reactions(
            peers,
            ledger,
            conductor,
            watches,
            config.limits(),
            clock,
            () ->
                new MirrorRequest.Hook(
                    hookUrl(Objects.requireNonNull(self.get())), secret.reveal()));
    Dispatcher dispatcher = new Dispatcher(ledger, conductor, config.limits().concurrent());
    Bell bell = new Bell();
    conductor.listen(reactions);
    conductor.listen(dispatcher);
    conductor.listen(bell);
    SubmitRoutes submit =
        new SubmitRoutes(ledger, dispatcher, config.loopback(), config.limits().queued(), clock);
    EdgeSpec spec =
        new EdgeSpec()
            .gate(BearerGate.of(Audience.CONTROLLER, config.home(), clock))
            .route(POST, "/cd", Scope.CD_POST, submit::cd)
            .route(GET, "/status", Scope.STATUS_GET, new StatusRoute(history)::status)
            .route(GET, "/builds/{id}", Scope.BUILDS_GET, new BuildRoute(ledger)::build)
            .route(
                POST,
                "/builds/{id}/cancel",
                Scope.BUILDS_CANCEL,
                new CancelRoute(ledger, conductor)::cancel)
            .route(POST, "/builds/{id}/retry", Scope.BUILDS_RETRY, submit::retry)
            .route(
                GET,
                "/builds/{id}/log",
                Scope.BUILDS_GET,
                new LogRoute(ledger, new LogStore(peers.blobs()))::log)
            .route(
                GET,
                "/builds/{id}/events",
                Scope.BUILDS_GET,
                new EventsRoute(ledger, history, bell, clock)::events)
            .open(POST, "/webhooks/gitlab", new WebhookRoute(secret, watches)::hint);
    Edge edge = Edge.start(config.edge(), spec);
    self.compareAndSet(null, edge.url());
    Ticker ticker = new Ticker(ledger, conductor, reactions).start(TICK_MS);
    dispatcher.start();
    return new ControllerService(
        edge, List.of(bell, edge, dispatcher, ticker, reactions, ledger, database));
  }

  private static Effects.Peers peers(ControllerConfig config) {
    TokenFile token = new TokenFile(config.home().token());
    TrustedCa ca =
        Files.exists(config.home().ca()) ? TrustedCa.of(config.home().ca()) : TrustedCa.ofJdk();
    ControllerConfig.Links links = config.links();
    return new Effects.Peers(
        new Peer("VCS worker", links.vcs(), token, ca),
        new Peer("artifact store", links.blobs(), token, ca),
        new Peer("deploy worker", links.deploy(), token, ca));
  }

  private static String hookUrl(URI base) {
    return base.toString().replaceAll("/+$", "") + "/webhooks/gitlab";
  }

  /** Base URL of the routes. */
  public URI url() {
    return edge.url();
  }

  /** What is served, for the check of the documentation. */
  public List<EdgeSpec.Route> routes() {
    return edge.routes();
  }

  /** Stops: first what comes in, then what goes out, then the ledger. */
  @Override
  public void close() {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("a part of the controller did not stop", e);
      }
    }
  }
}

package org.newci.controller;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Audience;
import org.newci.auth.Scope;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decider;
import org.newci.controller.build.Leases;
import org.newci.controller.build.Limits;
import org.newci.controller.build.News;
import org.newci.controller.build.Reasons;
import org.newci.controller.effect.Effects;
import org.newci.controller.effect.Outside;
import org.newci.controller.effect.ProjectInputs;
import org.newci.controller.effect.Reactions;
import org.newci.controller.effect.Stage;
import org.newci.controller.effect.UploadVariables;
import org.newci.controller.effect.Watches;
import org.newci.controller.hint.PushWebhookRoute;
import org.newci.controller.hint.WebhookRoute;
import org.newci.controller.hint.WebhookSecret;
import org.newci.controller.hold.Gate;
import org.newci.controller.hold.StopRoutes;
import org.newci.controller.queue.Dispatcher;
import org.newci.controller.queue.LeaseKeeper;
import org.newci.controller.queue.Ticker;
import org.newci.controller.queue.Turns;
import org.newci.controller.registry.Asked;
import org.newci.controller.registry.BuildSecrets;
import org.newci.controller.registry.LiveRegistry;
import org.newci.controller.registry.ProjectRule;
import org.newci.controller.registry.Verdict;
import org.newci.controller.replay.Replay;
import org.newci.controller.replay.ReplayRoute;
import org.newci.controller.show.Bell;
import org.newci.controller.show.PathBuild;
import org.newci.controller.show.WhyRoute;
import org.newci.controller.submit.Intake;
import org.newci.controller.upkeep.Archivist;
import org.newci.controller.upkeep.RetentionSchedule;
import org.newci.controller.watch.Look;
import org.newci.controller.watch.PushWatch;
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
  private final Runnable settle;
  private final List<AutoCloseable> parts;

  private ControllerService(Edge edge, Runnable settle, List<AutoCloseable> parts) {
    this.edge = edge;
    this.settle = settle;
    this.parts = parts;
  }

  /** Starts with the settings of that environment; answers when it serves. */
  public static ControllerService start(Map<String, String> env) {
    return start(ControllerConfig.from(env), Clock.systemUTC());
  }

  /** Starts with these settings. */
  public static ControllerService start(ControllerConfig config, Clock clock) {
    WebhookSecret secret = WebhookSecret.read(config.home().secrets().resolve("webhook.secret"));
    LiveRegistry registry = registry(config);
    Effects.Peers peers = peers(config);
    Kept kept = Kept.open(config, clock);
    Clock time = kept.clock();
    Leases leases = kept.database().leases();
    News news = kept.database().news();
    Conductor conductor = new Conductor(kept.ledger(), new Decider(config.limits()), time);
    Gate gate = new Gate(kept.stops(), kept.ledger(), conductor, leases);
    Watches watches = new Watches();
    AtomicReference<@Nullable URI> self = new AtomicReference<>(config.publicUrl());
    Reactions reactions =
        Effects.reactions(
            Outside.of(peers),
            kept.ledger(),
            conductor,
            watches,
            config.limits(),
            inputs(config, self, secret, registry),
            gate,
            leases,
            Stage.threads(time));
    Dispatcher dispatcher =
        new Dispatcher(kept.ledger(), conductor, new Turns(config.limits()), leases);
    Bell bell = new Bell();
    List.of(reactions, dispatcher, gate, bell).forEach(conductor::listen);
    Intake intake = new Intake(kept.ledger(), dispatcher, config.limits().queued(), time);
    PushWatch push = pushWatch(config, registry, peers.vcs(), kept, intake);
    EdgeSpec spec =
        new EdgeSpec()
            .gate(BearerGate.of(Audience.CONTROLLER, config.home(), clock))
            .errorPages(LedgerPages::install);
    BuildRoutes builds = new BuildRoutes(kept, conductor, bell, registry, peers, time);
    builds.addTo(spec, intake, config.loopback(), gate);
    RetentionSchedule upkeep = builds.addRetentionTo(spec, config.retention());
    reasons(
        spec, kept, registry, config.limits(), List.of(dispatcher::conditions, gate::conditions));
    stops(spec, new StopRoutes(gate, kept.stops(), registry, time));
    spec.open(POST, "/webhooks/gitlab", new WebhookRoute(secret, watches, news)::hint)
        .open(POST, "/webhooks/push", new PushWebhookRoute(pushSecret(config), push)::push);
    Edge edge = Edge.start(config.edge(), spec);
    self.compareAndSet(null, edge.url());
    Ticker ticker = new Ticker(kept.ledger(), conductor, reactions).start(TICK_MS);
    LeaseKeeper keeper = new LeaseKeeper(reactions, leases).start(config.sharing().lease());
    news.listen(new ElsewhereMoved(conductor, watches, push, dispatcher, bell));
    dispatcher.start();
    gate.start();
    push.start();
    upkeep.start();
    Archivist archivist = new Archivist(kept.archive(), config.hot(), clock).start();
    return new ControllerService(
        edge,
        () -> settle(config.sharing().drain(), edge, dispatcher, reactions),
        List.of(
            bell,
            edge,
            upkeep,
            push,
            dispatcher,
            gate,
            ticker,
            archivist,
            reactions,
            keeper,
            registry,
            kept));
  }

  private static void stops(EdgeSpec spec, StopRoutes stop) {
    spec.route(POST, "/stop", Scope.STOP_POST, stop::stop)
        .route(POST, "/resume", Scope.RESUME_POST, stop::resume)
        .route(GET, "/stops", Scope.STATUS_GET, stop::stops);
  }

  private static void reasons(
      EdgeSpec spec,
      Kept kept,
      LiveRegistry registry,
      Limits limits,
      List<WhyRoute.Source> deciders) {
    WhyRoute why =
        new WhyRoute(
            new PathBuild(kept.ledger(), registry), new Reasons(limits), deciders, kept.clock());
    ReplayRoute replay = new ReplayRoute(kept.history(), new Replay(new Decider(limits)), registry);
    spec.route(GET, "/builds/{id}/why", Scope.BUILDS_GET, why::why)
        .route(GET, "/replay", Scope.REPLAY_GET, replay::replay);
  }

  private static ProjectInputs inputs(
      ControllerConfig config,
      AtomicReference<@Nullable URI> self,
      WebhookSecret secret,
      LiveRegistry registry) {
    return new ProjectInputs(
        () -> new MirrorRequest.Hook(hookUrl(Objects.requireNonNull(self.get())), secret.reveal()),
        registry,
        new BuildSecrets(config.home().secrets().resolve("builds")),
        new UploadVariables(config.links().uploads(), config.home().ca()));
  }

  private static LiveRegistry registry(ControllerConfig config) {
    Path named = config.registry();
    Path file = named == null ? config.home().dir().resolve("projects.yaml") : named;
    return LiveRegistry.open(file, named != null, config.loopback()).start(TICK_MS);
  }

  /** Lets what is short end, while others are led elsewhere. */
  private static void settle(Duration most, Edge edge, Dispatcher dispatcher, Reactions reactions) {
    if (most.isZero()) {
      return;
    }
    edge.drain();
    dispatcher.close();
    try {
      long end = System.nanoTime() + most.toNanos();
      reactions.settle(most);
      Thread.sleep(Math.max(0, (end - System.nanoTime()) / 1_000_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static PushWatch pushWatch(
      ControllerConfig config, LiveRegistry registry, Peer vcs, Kept kept, Intake intake) {
    Look.Rules rules =
        new Look.Rules() {
          @Override
          public Optional<ProjectRule> ruleOf(String url) {
            return registry.get().ruleOf(url);
          }

          @Override
          public Verdict decideWatched(Asked asked) {
            return registry.get().decideWatched(asked, config.loopback());
          }
        };
    Look look = new Look(rules, vcs, kept.refs(), intake, kept.clock());
    return new PushWatch(
        registry,
        kept.ledger().claims(),
        look,
        kept.clock(),
        kept.database().leases(),
        kept.database().news());
  }

  private static @Nullable WebhookSecret pushSecret(ControllerConfig config) {
    Path file = config.home().secrets().resolve("push.secret");
    return Files.exists(file) ? WebhookSecret.read(file) : null;
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

  /**
   * Stops: what is short gets the time to end that was set, then first what comes in, then what
   * goes out, then the ledger.
   */
  @Override
  public void close() {
    settle.run();
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("a part of the controller did not stop", e);
      }
    }
  }
}

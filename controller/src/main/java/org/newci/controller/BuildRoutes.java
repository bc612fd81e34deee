package org.newci.controller;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.POST;

import java.time.Clock;
import org.newci.auth.Scope;
import org.newci.controller.build.Conductor;
import org.newci.controller.effect.Deployer;
import org.newci.controller.effect.Effects;
import org.newci.controller.effect.LogStore;
import org.newci.controller.effect.Provenances;
import org.newci.controller.hold.Gate;
import org.newci.controller.hold.StopRoutes;
import org.newci.controller.registry.LiveRegistry;
import org.newci.controller.rollback.RollbackRoute;
import org.newci.controller.show.Bell;
import org.newci.controller.show.BuildRoute;
import org.newci.controller.show.EventsRoute;
import org.newci.controller.show.LogRoute;
import org.newci.controller.show.PathBuild;
import org.newci.controller.show.StatusRoute;
import org.newci.controller.submit.CancelRoute;
import org.newci.controller.submit.Intake;
import org.newci.controller.submit.SubmitRoutes;
import org.newci.controller.upkeep.Retention;
import org.newci.controller.upkeep.RetentionRoute;
import org.newci.controller.upkeep.RetentionRules;
import org.newci.controller.upkeep.RetentionSchedule;
import org.newci.shell.edge.EdgeSpec;

/** The routes of builds: all of them ask the registry who may see and do what. */
record BuildRoutes(
    Kept kept,
    Conductor conductor,
    Bell bell,
    LiveRegistry registry,
    Effects.Peers peers,
    Clock clock) {

  void addTo(EdgeSpec spec, Intake intake, boolean loopback, Gate gate) {
    PathBuild builds = new PathBuild(kept.ledger(), registry);
    SubmitRoutes submit =
        new SubmitRoutes(
            intake,
            builds,
            (asked, person) -> registry.get().decide(asked, person, loopback),
            clock);
    StatusRoute status = new StatusRoute(kept.history(), registry, () -> StopRoutes.views(gate));
    EventsRoute events = new EventsRoute(builds, kept.ledger(), kept.history(), bell, clock);
    LogRoute log = new LogRoute(builds, new LogStore(peers.blobs()));
    CancelRoute cancel = new CancelRoute(builds, conductor);
    spec.route(POST, "/cd", Scope.CD_POST, submit::cd)
        .route(GET, "/status", Scope.STATUS_GET, status::status)
        .route(GET, "/builds/{id}", Scope.BUILDS_GET, new BuildRoute(builds)::build)
        .route(POST, "/builds/{id}/cancel", Scope.BUILDS_CANCEL, cancel::cancel)
        .route(POST, "/builds/{id}/retry", Scope.BUILDS_RETRY, submit::retry)
        .route(GET, "/builds/{id}/log", Scope.BUILDS_GET, log::log)
        .route(GET, "/builds/{id}/events", Scope.BUILDS_GET, events::events);
    RollbackRoute rollback =
        new RollbackRoute(kept.ledger(), registry, new Deployer(peers.deploy()));
    spec.route(POST, "/rollback", Scope.ROLLBACK_POST, rollback::post);
  }

  /** Adds what keeps the store small; answers what does so by itself. */
  RetentionSchedule addRetentionTo(EdgeSpec spec, RetentionRules rules) {
    Retention retention =
        new Retention(kept.ledger(), new Deployer(peers.deploy()), new Provenances(peers.blobs()));
    RetentionSchedule schedule = new RetentionSchedule(rules, retention, clock);
    RetentionRoute route = new RetentionRoute(retention, schedule);
    spec.route(POST, "/store/retention", Scope.RETENTION_POST, route::post)
        .route(GET, "/store/retention", Scope.RETENTION_POST, route::get);
    return schedule;
  }
}

package org.newci.controller.rollback;

import io.javalin.http.Context;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.RollbackAnswer;
import org.newci.contracts.controller.RollbackRequest;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeploymentsAnswer.Deployment;
import org.newci.contracts.deploy.RedeployRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Found;
import org.newci.controller.build.Order;
import org.newci.controller.effect.Deployer;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.Registry;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /rollback}. Works while deployments are stopped: that is when it is needed. The
 * environment itself remembers who went back and why, and refuses the bytes that were left.
 */
public final class RollbackRoute {

  private static final Logger LOG = LoggerFactory.getLogger(RollbackRoute.class);
  private static final String USUAL = "test";
  private static final String DIGEST = "sha256:";

  private final BuildLedger ledger;
  private final Supplier<Registry> registry;
  private final Deployer deployer;

  public RollbackRoute(BuildLedger ledger, Supplier<Registry> registry, Deployer deployer) {
    this.ledger = ledger;
    this.registry = registry;
    this.deployer = deployer;
  }

  /** Has former bytes served again. */
  public void post(Context ctx) {
    RollbackRequest request = ProblemPages.body(ctx, RollbackRequest.class, true);
    Person person = Person.of(BearerGate.caller(ctx));
    String name = given("name", request.name());
    String why = given("why", request.why());
    String environment = Objects.requireNonNullElse(request.environment(), USUAL);
    String sha256 = digest(request.to(), name, person);
    Optional<Deployment> served = deployer.deployment(environment, name);
    checkMayAct(served, name, person);
    if (sha256 != null && isDigest(request.to()) && !wasServed(served, sha256)) {
      throw Problem.conflict(
          "sha256:%s was not served as '%s' in %s before (expected former bytes, or a build's id)."
              .formatted(sha256, name, environment));
    }
    DeployAnswer answer =
        deployer.redeploy(
            new RedeployRequest(
                environment,
                name,
                sha256,
                served.map(Deployment::sha256).orElse(null),
                person.subject(),
                why));
    LOG.info(
        "{} rolled '{}' of {} back to sha256:{}: {}",
        person.subject(),
        name,
        environment,
        answer.sha256(),
        why);
    ctx.json(
        new RollbackAnswer(
            environment,
            name,
            answer.url(),
            answer.sha256(),
            answer.changed(),
            person.subject(),
            why));
  }

  private @Nullable String digest(@Nullable String to, String name, Person person) {
    if (to == null) {
      return null;
    }
    if (isDigest(to)) {
      if (!to.matches("sha256:[0-9a-f]{64}")) {
        throw Problem.badRequest(
            "The field 'to' is no digest (expected sha256: and 64 lower-case hex digits).");
      }
      return to.substring(DIGEST.length());
    }
    Build build =
        find(to)
            .filter(one -> registry.get().mayRead(one.order().repo(), person))
            .orElseThrow(
                () ->
                    Problem.badRequest(
                        "The field 'to' names no build (expected a build's id or sha256:HEX)."));
    List<Found.Artifact> found = build.found().artifacts();
    List<Order.Item> asked = build.order().items();
    for (int i = 0; i < found.size(); i++) {
      // What was a build's only artifact may be served under another name.
      if (found.size() == 1 || asked.get(i).publishedName().equals(name)) {
        return found.get(i).sha256();
      }
    }
    throw Problem.conflict(
        "The build %s has no artifact '%s' to go back to.".formatted(build.id(), name));
  }

  private static boolean isDigest(@Nullable String to) {
    return to != null && to.startsWith(DIGEST);
  }

  /** Bytes that somebody merely put into the store were never deployed: no way back leads there. */
  private static boolean wasServed(Optional<Deployment> served, String sha256) {
    return served.isPresent()
        && (served.get().sha256().equals(sha256)
            || served.get().former().stream().anyMatch(one -> one.sha256().equals(sha256)));
  }

  /**
   * Who may not have the repository built may not choose among its artifacts either; whose they are
   * is known by the build that is served, and where there is none only operators decide.
   */
  private void checkMayAct(Optional<Deployment> served, String name, Person person) {
    Optional<Build> build = served.map(Deployment::build).flatMap(this::find);
    Registry now = registry.get();
    boolean may =
        build.map(one -> now.mayAct(one.order().repo(), person)).orElse(now.isOperator(person));
    if (!may) {
      throw new Problem(
          403,
          "forbidden",
          build.isPresent()
              ? "You (%s) may not roll '%s' back: the registry does not let you have it built."
                  .formatted(person.subject(), name)
              : "You (%s) may not roll '%s' back: no build is known to have served it, so that only operators may."
                  .formatted(person.subject(), name));
    }
  }

  private Optional<Build> find(String id) {
    return BuildId.parse(id).flatMap(ledger::find);
  }

  private static String given(String field, @Nullable String value) {
    if (value == null || value.isBlank() || value.length() > 1_000) {
      throw Problem.badRequest(
          "The field '%s' is missing or too long (expected 1 to 1000 characters)."
              .formatted(field));
    }
    return value;
  }
}

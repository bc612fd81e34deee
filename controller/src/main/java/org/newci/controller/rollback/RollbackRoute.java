package org.newci.controller.rollback;

import io.javalin.http.Context;
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
    String sha256 = digest(request.to(), person);
    checkMayAct(environment, name, person);
    DeployAnswer answer =
        deployer.redeploy(new RedeployRequest(environment, name, sha256, person.subject(), why));
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

  private @Nullable String digest(@Nullable String to, Person person) {
    if (to == null) {
      return null;
    }
    if (to.startsWith(DIGEST)) {
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
    Found.Artifact artifact = build.found().artifact();
    if (artifact == null) {
      throw Problem.conflict("The build %s has no artifact to go back to.".formatted(build.id()));
    }
    return artifact.sha256();
  }

  /** Who may not have the repository built may not choose among its artifacts either. */
  private void checkMayAct(String environment, String name, Person person) {
    Optional<Build> served =
        deployer.deployments(environment).deployments().stream()
            .filter(one -> one.publishedName().equals(name))
            .map(Deployment::build)
            .filter(Objects::nonNull)
            .findFirst()
            .flatMap(this::find);
    if (served.isPresent() && !registry.get().mayAct(served.get().order().repo(), person)) {
      throw new Problem(
          403,
          "forbidden",
          "You (%s) may not roll '%s' back: the registry does not let you have it built."
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

package org.newci.controller.upkeep;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.newci.contracts.deploy.DeploymentsAnswer;
import org.newci.contracts.store.RetentionRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.effect.Deployer;
import org.newci.controller.effect.Provenances;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/**
 * {@code POST /store/retention}: has the store remove what is old but for what is deployed
 * anywhere, was deployed and can be gone back to, or is about to be. When an environment cannot be
 * asked, nothing is removed at all.
 */
public final class RetentionRoute {

  private static final String ANY = "test";

  private final BuildLedger ledger;
  private final Deployer deployer;
  private final Provenances store;

  public RetentionRoute(BuildLedger ledger, Deployer deployer, Provenances store) {
    this.ledger = ledger;
    this.deployer = deployer;
    this.store = store;
  }

  /** Removes, or says what would go. */
  public void post(Context ctx) {
    RetentionRequest request = ProblemPages.body(ctx, RetentionRequest.class, true);
    if (request.keep() != null) {
      throw Problem.badRequest("The field 'keep' is the controller's to fill in.");
    }
    Set<String> keep = new HashSet<>();
    // What is about to be served first: it may be served before the environments are asked.
    ledger.active().forEach(active -> keepPinned(active.build(), keep));
    ledger.held().forEach(build -> keepPinned(build, keep));
    DeploymentsAnswer first = deployer.deployments(ANY);
    keepServed(first, keep);
    for (String other : first.environments()) {
      if (!other.equals(ANY)) {
        keepServed(deployer.deployments(other), keep);
      }
    }
    List<String> all = new ArrayList<>(keep);
    ctx.json(
        store.retain(
            new RetentionRequest(
                request.dryRun(),
                request.artifactDays(),
                request.uploadDays(),
                request.logDays(),
                all)));
  }

  private static void keepPinned(Build build, Set<String> keep) {
    build.found().artifacts().forEach(artifact -> keep.add(artifact.sha256()));
  }

  private static void keepServed(DeploymentsAnswer served, Set<String> keep) {
    for (var one : served.deployments()) {
      keep.add(one.sha256());
      one.former().forEach(former -> keep.add(former.sha256()));
    }
  }
}

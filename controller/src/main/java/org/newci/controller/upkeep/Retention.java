package org.newci.controller.upkeep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.newci.contracts.deploy.DeploymentsAnswer;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.effect.Deployer;
import org.newci.controller.effect.Provenances;
import org.newci.shell.problem.Problem;

/**
 * Has the store remove what is old but for what is deployed anywhere, was deployed and can be gone
 * back to, or is about to be. When an environment cannot be asked, nothing is removed at all.
 */
public final class Retention {

  private final BuildLedger ledger;
  private final Deployer deployer;
  private final Provenances store;

  public Retention(BuildLedger ledger, Deployer deployer, Provenances store) {
    this.ledger = ledger;
    this.deployer = deployer;
    this.store = store;
  }

  /**
   * Removes, or says what would go.
   *
   * @throws Problem when the store or an environment does not answer
   */
  RetentionReport run(RetentionRequest rules) {
    Set<String> keep = new HashSet<>();
    // What is about to be served first: it may be served before the environments are asked.
    ledger.active().forEach(active -> keepPinned(active.build(), keep));
    ledger.held().forEach(build -> keepPinned(build, keep));
    DeploymentsAnswer first = deployer.deployments(null);
    keepServed(first, keep);
    for (String other : first.environments()) {
      if (!other.equals(first.environment())) {
        keepServed(deployer.deployments(other), keep);
      }
    }
    return store.retain(
        new RetentionRequest(
            rules.dryRun(),
            rules.artifactDays(),
            rules.uploadDays(),
            rules.logDays(),
            new ArrayList<>(keep)));
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

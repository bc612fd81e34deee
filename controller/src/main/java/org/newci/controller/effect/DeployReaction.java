package org.newci.controller.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Found;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Order;
import org.newci.controller.hold.Gate;
import org.newci.shell.peer.PeerFailure;

/**
 * Asks the gate for leave, which writes down that the deployment has begun, and only then has the
 * deploy worker publish the pinned bytes, addressed by their digest: a name in the store may
 * meanwhile mean something else. The request is the same each time, but for the fence of who asks.
 */
final class DeployReaction implements Reactions.Reaction {

  /** Kinds by which the worker says that it does not know what became of its request. */
  private static final Set<String> BROKEN_OFF = Set.of("connection-lost", "deploy-timeout");

  private final Outside.Deploys deployer;
  private final Conductor conductor;
  private final Gate gate;
  private final Patience patience;
  private final Limits limits;

  DeployReaction(
      Outside.Deploys deployer, Conductor conductor, Gate gate, Patience patience, Limits limits) {
    this.deployer = deployer;
    this.conductor = conductor;
    this.gate = gate;
    this.patience = patience;
    this.limits = limits;
  }

  @Override
  public void act(Build build, Lease lease) throws InterruptedException {
    Found.Artifact artifact = build.found().artifact();
    if (artifact == null) {
      throw new IllegalStateException("build %s has nothing to deploy".formatted(build.id()));
    }
    switch (gate.begin(build, lease)) {
      case Gate.Begun _ -> conductor.tell(build.id(), deploy(build, artifact, lease), lease);
      case Gate.Wait wait ->
          conductor.tell(build.id(), new BuildEvent.Held(wait.sentence()), lease);
      case Gate.Gone _ -> {}
    }
  }

  private BuildEvent deploy(Build build, Found.Artifact artifact, Lease lease)
      throws InterruptedException {
    DeployRequest request = request(build, artifact, lease.fence());
    try {
      DeployAnswer answer =
          patience.ask(
              build.stepStart().plus(limits.step()),
              () -> gate.goesOn(lease),
              left -> deployer.deploy(request, left));
      return new BuildEvent.Deployed(answer.url(), answer.size(), answer.changed());
    } catch (PeerFailure e) {
      String unknown = mayBeServed(e) ? " Whether it is served is not known." : "";
      return new BuildEvent.StepFailed(BuildState.DEPLOYING, e.getMessage() + unknown);
    }
  }

  /** The request, or the worker's own to the environment, may have arrived and its answer not. */
  private static boolean mayBeServed(PeerFailure failure) {
    return switch (failure) {
      case PeerFailure.Unreachable away -> !Patience.isCertificate(away);
      case PeerFailure.Refused refused -> BROKEN_OFF.contains(refused.kind());
    };
  }

  private static DeployRequest request(Build build, Found.Artifact first, long fence) {
    String id = build.id().text();
    String environment = build.order().grant().environment();
    if (build.found().also().isEmpty()) {
      DeployRequest.Item only =
          new DeployRequest.Item(
              "sha256:" + first.sha256(),
              String.valueOf(build.order().publishedName()),
              first.sha256());
      return DeployRequest.of(only, id, first.sequence(), fence, environment);
    }
    List<Order.Item> asked = build.order().items();
    List<DeployRequest.Item> items = new ArrayList<>();
    for (Found.Artifact one : build.found().artifacts()) {
      items.add(
          new DeployRequest.Item(
              "sha256:" + one.sha256(), asked.get(items.size()).publishedName(), one.sha256()));
    }
    return new DeployRequest(null, null, null, id, first.sequence(), fence, environment, items);
  }
}

package org.newci.controller.effect;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Found;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Order;
import org.newci.shell.peer.PeerFailure;

/** Has the VCS worker move the artifacts of the pinned pipeline to the store, one by one. */
final class CollectReaction implements Reactions.Reaction {

  private final Vcs vcs;
  private final Outside.Notes notes;
  private final BuildLedger ledger;
  private final Conductor conductor;
  private final Patience patience;
  private final Limits limits;

  CollectReaction(
      Vcs vcs,
      Outside.Notes notes,
      BuildLedger ledger,
      Conductor conductor,
      Patience patience,
      Limits limits) {
    this.vcs = vcs;
    this.notes = notes;
    this.ledger = ledger;
    this.conductor = conductor;
    this.patience = patience;
    this.limits = limits;
  }

  @Override
  public void act(Build build, Lease lease) throws InterruptedException {
    Found.Source source = build.found().source();
    Found.Pipeline pipeline = build.found().pipeline();
    if (source == null || pipeline == null) {
      throw new IllegalStateException("build %s has no pipeline to collect from".formatted(build));
    }
    BuildEvent event;
    try {
      List<CollectAnswer> answers = new ArrayList<>();
      for (Order.Item item : build.order().items()) {
        answers.add(collect(build, request(build, lease, pipeline, item.artifact())));
      }
      event =
          new BuildEvent.Collected(
              answers.getFirst(), ledger.nextSequence(), answers.subList(1, answers.size()));
    } catch (PeerFailure e) {
      event = new BuildEvent.StepFailed(BuildState.COLLECTING, String.valueOf(e.getMessage()));
    }
    conductor.tell(build.id(), event, lease);
  }

  private CollectAnswer collect(Build build, CollectRequest request)
      throws PeerFailure, InterruptedException {
    return patience.ask(
        build.stepStart().plus(limits.step()),
        left -> {
          CollectAnswer collected = vcs.collect(request, left);
          notes.note(build, collected, left);
          return collected;
        });
  }

  private static CollectRequest request(
      Build build, Lease lease, Found.Pipeline pipeline, String artifact) {
    return new CollectRequest(
        Objects.requireNonNull(build.found().source()).projectId(),
        pipeline.id(),
        artifact,
        build.id().text(),
        lease.fence(),
        build.order().grant().artifactBytes(),
        null);
  }
}

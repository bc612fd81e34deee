package org.newci.controller.effect;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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

/**
 * Has the VCS worker move the artifacts of the pinned pipeline to the store, one by one, but for
 * those that jobs uploaded by themselves.
 */
final class CollectReaction implements Reactions.Reaction {

  private final Outside outside;
  private final BuildLedger ledger;
  private final Conductor conductor;
  private final Patience patience;
  private final Limits limits;

  CollectReaction(
      Outside outside, BuildLedger ledger, Conductor conductor, Patience patience, Limits limits) {
    this.outside = outside;
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
      List<Order.Item> items = build.order().items();
      // Before anything is believed: a job may still be running, and upload.
      List<Optional<CollectAnswer>> uploaded = seal(build);
      for (int i = 0; i < items.size(); i++) {
        CollectRequest request = request(build, lease, pipeline, items.get(i).artifact());
        answers.add(collect(build, request, uploaded.get(i).orElse(null)));
      }
      event =
          new BuildEvent.Collected(
              answers.getFirst(), ledger.nextSequence(), answers.subList(1, answers.size()));
    } catch (PeerFailure e) {
      event = new BuildEvent.StepFailed(BuildState.COLLECTING, String.valueOf(e.getMessage()));
    }
    conductor.tell(build.id(), event, lease);
  }

  private List<Optional<CollectAnswer>> seal(Build build) throws PeerFailure, InterruptedException {
    return build.order().grant().uploads()
        ? patience.ask(end(build), left -> outside.uploads().seal(build))
        : Collections.nCopies(build.order().items().size(), Optional.empty());
  }

  private CollectAnswer collect(
      Build build, CollectRequest request, @Nullable CollectAnswer uploaded)
      throws PeerFailure, InterruptedException {
    try {
      return patience.ask(
          end(build),
          left -> {
            CollectAnswer collected =
                uploaded == null ? outside.vcs().collect(request, left) : uploaded;
            outside.notes().note(build, collected, left);
            return collected;
          });
    } catch (PeerFailure.Refused e) {
      if (build.order().grant().uploads() && e.kind().equals("artifact-missing")) {
        throw new PeerFailure.Refused(
            e.status(),
            e.kind(),
            e.getMessage() + " No job uploaded it by its grant either.",
            e.body());
      }
      throw e;
    }
  }

  private Instant end(Build build) {
    return build.stepStart().plus(limits.step());
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

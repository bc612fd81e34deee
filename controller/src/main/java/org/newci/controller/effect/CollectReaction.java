package org.newci.controller.effect;

import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Found;
import org.newci.controller.build.Limits;
import org.newci.shell.peer.PeerFailure;

/** Has the VCS worker move the artifact of the pinned pipeline to the store. */
final class CollectReaction implements Reactions.Reaction {

  private final VcsWorker vcs;
  private final Provenances provenances;
  private final BuildLedger ledger;
  private final Conductor conductor;
  private final Patience patience;
  private final Limits limits;

  CollectReaction(
      VcsWorker vcs,
      Provenances provenances,
      BuildLedger ledger,
      Conductor conductor,
      Patience patience,
      Limits limits) {
    this.vcs = vcs;
    this.provenances = provenances;
    this.ledger = ledger;
    this.conductor = conductor;
    this.patience = patience;
    this.limits = limits;
  }

  @Override
  public void act(Build build) throws InterruptedException {
    Found.Source source = build.found().source();
    Found.Pipeline pipeline = build.found().pipeline();
    if (source == null || pipeline == null) {
      throw new IllegalStateException("build %s has no pipeline to collect from".formatted(build));
    }
    CollectRequest request =
        new CollectRequest(
            source.projectId(),
            pipeline.id(),
            build.order().artifact(),
            build.id().text(),
            1,
            build.rank(),
            build.order().grant().artifactBytes());
    BuildEvent event;
    try {
      CollectAnswer answer =
          patience.ask(
              build.stepStart().plus(limits.step()),
              left -> {
                CollectAnswer collected = vcs.collect(request, left);
                provenances.note(build, collected, left);
                return collected;
              });
      event = new BuildEvent.Collected(answer, ledger.nextSequence());
    } catch (PeerFailure e) {
      event = new BuildEvent.StepFailed(BuildState.COLLECTING, String.valueOf(e.getMessage()));
    }
    conductor.tell(build.id(), event);
  }
}

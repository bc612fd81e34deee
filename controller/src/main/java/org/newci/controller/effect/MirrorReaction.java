package org.newci.controller.effect;

import java.util.Map;
import java.util.function.Supplier;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Limits;
import org.newci.controller.build.Order;
import org.newci.shell.peer.PeerFailure;

/**
 * Has the VCS worker copy the commit to GitLab. The request is the same each time, so that the
 * worker recognises a repetition and answers with what it did the first time.
 */
final class MirrorReaction implements Reactions.Reaction {

  private final VcsWorker vcs;
  private final Conductor conductor;
  private final Patience patience;
  private final Limits limits;
  private final Supplier<MirrorRequest.Hook> hook;

  MirrorReaction(
      VcsWorker vcs,
      Conductor conductor,
      Patience patience,
      Limits limits,
      Supplier<MirrorRequest.Hook> hook) {
    this.vcs = vcs;
    this.conductor = conductor;
    this.patience = patience;
    this.limits = limits;
    this.hook = hook;
  }

  @Override
  public void act(Build build) throws InterruptedException {
    Order order = build.order();
    MirrorRequest request =
        new MirrorRequest(
            order.repo(),
            order.ref(),
            order.project(),
            order.commit(),
            build.id().text(),
            1,
            build.rank(),
            hook.get(),
            Map.of(
                "NEWCI_REF", order.ref(),
                "NEWCI_REPO", order.repo(),
                "NEWCI_BUILD", build.id().text()),
            null,
            null,
            null,
            null,
            null);
    BuildEvent event;
    try {
      event =
          new BuildEvent.Mirrored(
              patience.ask(
                  build.stepStart().plus(limits.step()), left -> vcs.mirror(request, left)));
    } catch (PeerFailure e) {
      event = new BuildEvent.StepFailed(BuildState.MIRRORING, String.valueOf(e.getMessage()));
    }
    conductor.tell(build.id(), event);
  }
}

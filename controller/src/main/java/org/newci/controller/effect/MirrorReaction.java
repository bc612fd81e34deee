package org.newci.controller.effect;

import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Limits;
import org.newci.controller.registry.BuildSecrets;
import org.newci.shell.peer.PeerFailure;

/**
 * Has the VCS worker copy the commit to GitLab. The request is the same each time, so that the
 * worker recognises a repetition and answers with what it did the first time.
 */
final class MirrorReaction implements Reactions.Reaction {

  private final Vcs vcs;
  private final Conductor conductor;
  private final Patience patience;
  private final Limits limits;
  private final ProjectInputs inputs;

  MirrorReaction(
      Vcs vcs, Conductor conductor, Patience patience, Limits limits, ProjectInputs inputs) {
    this.vcs = vcs;
    this.conductor = conductor;
    this.patience = patience;
    this.limits = limits;
    this.inputs = inputs;
  }

  @Override
  public void act(Build build, Lease lease) throws InterruptedException {
    BuildEvent event;
    try {
      MirrorRequest request = inputs.request(build, lease);
      event =
          new BuildEvent.Mirrored(
              patience.ask(
                  build.stepStart().plus(limits.step()), left -> vcs.mirror(request, left)));
    } catch (PeerFailure | BuildSecrets.Unusable e) {
      event = new BuildEvent.StepFailed(BuildState.MIRRORING, String.valueOf(e.getMessage()));
    }
    conductor.tell(build.id(), event, lease);
  }
}

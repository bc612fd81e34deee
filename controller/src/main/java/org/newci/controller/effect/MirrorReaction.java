package org.newci.controller.effect;

import java.time.Instant;
import java.util.List;
import org.newci.auth.BearerToken;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Grant;
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
  private final Outside.Uploads uploads;
  private final Conductor conductor;
  private final Patience patience;
  private final Limits limits;
  private final ProjectInputs inputs;

  MirrorReaction(
      Outside outside,
      Conductor conductor,
      Patience patience,
      Limits limits,
      ProjectInputs inputs) {
    this.vcs = outside.vcs();
    this.uploads = outside.uploads();
    this.conductor = conductor;
    this.patience = patience;
    this.limits = limits;
    this.inputs = inputs;
  }

  @Override
  public void act(Build build, Lease lease) throws InterruptedException {
    Instant end = build.stepStart().plus(limits.step());
    Grant grant = build.order().grant();
    BuildEvent event;
    try {
      List<BearerToken> tokens =
          grant.uploads()
              ? patience.ask(end, left -> uploads.grant(build, limits.wholeOf(grant)))
              : List.of();
      MirrorRequest request = inputs.request(build, lease, tokens);
      event = new BuildEvent.Mirrored(patience.ask(end, left -> vcs.mirror(request, left)));
    } catch (PeerFailure | BuildSecrets.Unusable e) {
      event = new BuildEvent.StepFailed(BuildState.MIRRORING, String.valueOf(e.getMessage()));
    }
    conductor.tell(build.id(), event, lease);
  }
}

package org.newci.controller.effect;

import java.util.Map;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Effect;
import org.newci.controller.build.Leases;
import org.newci.controller.build.Limits;
import org.newci.controller.hold.Gate;
import org.newci.shell.peer.Peer;

/** Puts the reactions together: which effect is done by whom. */
public final class Effects {

  /** The other components. */
  public record Peers(Peer vcs, Peer blobs, Peer deploy) {}

  private Effects() {}

  /**
   * All reactions.
   *
   * @param inputs what GitLab projects are given
   * @param gate asked before every deployment
   * @param leases asked before every effect
   * @param stage where they run
   */
  public static Reactions reactions(
      Outside outside,
      BuildLedger ledger,
      Conductor conductor,
      Watches watches,
      Limits limits,
      ProjectInputs inputs,
      Gate gate,
      Leases leases,
      Stage stage) {
    Vcs vcs = outside.vcs();
    Patience patience = Patience.standard(stage);
    return new Reactions(
        conductor,
        Map.of(
            Effect.MIRROR,
            new MirrorReaction(outside, conductor, patience, limits, inputs),
            Effect.WATCH,
            new WatchReaction(vcs, outside.logs(), watches, conductor, stage),
            Effect.CANCEL_PIPELINE,
            new CancelReaction(vcs, conductor, watches, limits, stage),
            Effect.COLLECT,
            new CollectReaction(outside, ledger, conductor, patience, limits),
            Effect.DEPLOY,
            new DeployReaction(outside.deploys(), conductor, gate, patience, limits)),
        leases,
        stage);
  }
}

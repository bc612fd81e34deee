package org.newci.controller.effect;

import java.time.Clock;
import java.util.Map;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Effect;
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
   */
  public static Reactions reactions(
      Peers peers,
      BuildLedger ledger,
      Conductor conductor,
      Watches watches,
      Limits limits,
      Clock clock,
      ProjectInputs inputs,
      Gate gate) {
    VcsWorker vcs = new VcsWorker(peers.vcs());
    LogStore logs = new LogStore(peers.blobs());
    Patience patience = Patience.standard(clock);
    return new Reactions(
        conductor,
        Map.of(
            Effect.MIRROR,
            new MirrorReaction(vcs, conductor, patience, limits, inputs),
            Effect.WATCH,
            new WatchReaction(vcs, logs, watches, conductor, clock),
            Effect.CANCEL_PIPELINE,
            new CancelReaction(vcs, watches, limits, clock),
            Effect.COLLECT,
            new CollectReaction(
                vcs, new Provenances(peers.blobs()), ledger, conductor, patience, limits),
            Effect.DEPLOY,
            new DeployReaction(peers.deploy(), conductor, gate, patience, limits)));
  }
}

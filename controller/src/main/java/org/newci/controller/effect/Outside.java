package org.newci.controller.effect;

import java.time.Duration;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.shell.peer.PeerFailure;

/** The other components as effects know them. */
public record Outside(Vcs vcs, Logs logs, Notes notes, Deploys deploys) {

  /** By HTTP. */
  public static Outside of(Effects.Peers peers) {
    return new Outside(
        new VcsWorker(peers.vcs(), new UploadGrants(peers.blobs())),
        new LogStore(peers.blobs()),
        new Provenances(peers.blobs()),
        new Deployer(peers.deploy()));
  }

  /** Where logs are kept. */
  public interface Logs {

    /** Sees to it that the log has these bytes at that offset; what is there already is skipped. */
    void append(BuildId build, long offset, byte[] bytes) throws PeerFailure;
  }

  /** Where it is noted what a build made. */
  public interface Notes {

    /** Notes that this build made these bytes. */
    void note(Build build, CollectAnswer collected, Duration deadline) throws PeerFailure;
  }

  /** Who publishes. */
  public interface Deploys {

    /** Publishes; the same request is answered with what was done first. */
    DeployAnswer deploy(DeployRequest request, Duration deadline) throws PeerFailure;
  }
}

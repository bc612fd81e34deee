package org.newci.controller.effect;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.newci.auth.BearerToken;
import org.newci.contracts.deploy.DeployAnswer;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.shell.peer.PeerFailure;

/** The other components as effects know them. */
public record Outside(Vcs vcs, Logs logs, Notes notes, Uploads uploads, Deploys deploys) {

  /** By HTTP. */
  public static Outside of(Effects.Peers peers) {
    UploadGrants grants = new UploadGrants(peers.blobs());
    return new Outside(
        new VcsWorker(peers.vcs(), grants),
        new LogStore(peers.blobs()),
        new Provenances(peers.blobs()),
        grants,
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

  /** Leave for the jobs of a build to put its artifacts into the store by themselves. */
  public interface Uploads {

    /** What opens each of the artifacts that were asked for, in that order; the same each time. */
    List<BearerToken> grant(Build build, Duration lifetime) throws PeerFailure;

    /**
     * Ends that leave for good. Answers what was put by it, in the same order, and the same each
     * time; empty where nothing was, or there was no leave.
     */
    List<Optional<CollectAnswer>> seal(Build build) throws PeerFailure;
  }

  /** Who publishes. */
  public interface Deploys {

    /** Publishes; the same request is answered with what was done first. */
    DeployAnswer deploy(DeployRequest request, Duration deadline) throws PeerFailure;
  }
}

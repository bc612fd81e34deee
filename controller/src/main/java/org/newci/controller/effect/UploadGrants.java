package org.newci.controller.effect;

import java.time.Duration;
import java.util.Map;
import org.newci.contracts.store.GrantAnswer;
import org.newci.contracts.store.GrantRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leave to put one artifact of one build into the store, for the VCS worker, which may not write
 * there by itself. A grant is sealed before its digest is believed: what comes later changes
 * nothing.
 */
final class UploadGrants {

  private static final Logger LOG = LoggerFactory.getLogger(UploadGrants.class);
  private static final Duration ASKING = Duration.ofSeconds(20);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Peer store;

  UploadGrants(Peer store) {
    this.store = store;
  }

  /** Who moves the artifact, with the grant in the request. */
  interface Mover {
    CollectAnswer move(CollectRequest request) throws PeerFailure;
  }

  /**
   * Has that artifact moved by a grant of its own.
   *
   * @param deadline of the whole; the grant ends with it
   */
  CollectAnswer collect(CollectRequest request, Duration deadline, Mover mover) throws PeerFailure {
    GrantAnswer grant = store.post("/grants", asked(request, deadline), GrantAnswer.class, ASKING);
    String secret = grant.secret();
    if (secret == null) {
      throw new PeerFailure.Refused(
          502, "store-refused", "The store made a grant without its secret.", "");
    }
    CollectAnswer collected;
    try {
      collected = mover.move(request.with(secret));
    } catch (PeerFailure e) {
      sealAnyhow(grant);
      throw e;
    }
    GrantAnswer sealed = seal(grant);
    if (!collected.sha256().equals(sealed.sha256())) {
      throw new PeerFailure.Refused(
          502,
          "store-refused",
          "The VCS worker says that it stored %s as '%s', but by its grant the store got %s."
              .formatted(collected.sha256(), grant.name(), sealed.sha256()),
          "");
    }
    return collected;
  }

  private static GrantRequest asked(CollectRequest request, Duration deadline) {
    String artifact = String.valueOf(request.artifact());
    String base = artifact.substring(artifact.lastIndexOf('/') + 1);
    Duration lifetime = deadline.compareTo(LONGEST) > 0 ? LONGEST : deadline;
    return new GrantRequest(
        null,
        request.build() + "." + base,
        base,
        request.build(),
        Math.max(1, lifetime.toSeconds()),
        request.maxBytes());
  }

  private GrantAnswer seal(GrantAnswer grant) throws PeerFailure {
    return store.post("/grants/%s/seal".formatted(grant.id()), Map.of(), GrantAnswer.class, ASKING);
  }

  /** What failed is told; an open grant ends by itself. */
  private void sealAnyhow(GrantAnswer grant) {
    try {
      seal(grant);
    } catch (PeerFailure e) {
      LOG.warn(
          "the grant {} for '{}' ends by itself: {}", grant.id(), grant.name(), e.getMessage());
    }
  }
}

package org.newci.controller.effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.auth.BearerToken;
import org.newci.contracts.store.GrantAnswer;
import org.newci.contracts.store.GrantRequest;
import org.newci.contracts.vcs.CollectAnswer;
import org.newci.contracts.vcs.CollectRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.Order;
import org.newci.shell.peer.Peer;
import org.newci.shell.peer.PeerFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leave to put one artifact of one build into the store: for the VCS worker, which may not write
 * there by itself, and for jobs where the registry lets them. A grant is sealed before its digest
 * is believed: what comes later changes nothing.
 */
final class UploadGrants implements Outside.Uploads {

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
    GrantRequest asked =
        asked(
            null,
            String.valueOf(request.build()),
            String.valueOf(request.artifact()),
            deadline,
            request.maxBytes());
    GrantAnswer grant = store.post("/grants", asked, GrantAnswer.class, ASKING);
    String secret = grant.secret();
    if (secret == null) {
      throw refused("The store made a grant without its secret.");
    }
    CollectAnswer collected;
    try {
      collected = mover.move(request.with(secret));
    } catch (PeerFailure e) {
      sealAnyhow(grant);
      throw e;
    }
    GrantAnswer sealed = seal(grant.id());
    if (!collected.sha256().equals(sealed.sha256())) {
      throw refused(
          "The VCS worker says that it stored %s as '%s', but by its grant the store got %s."
              .formatted(collected.sha256(), grant.name(), sealed.sha256()));
    }
    return collected;
  }

  @Override
  public List<BearerToken> grant(Build build, Duration lifetime) throws PeerFailure {
    List<BearerToken> tokens = new ArrayList<>();
    List<Order.Item> items = build.order().items();
    for (int i = 0; i < items.size(); i++) {
      GrantRequest asked =
          asked(
              jobGrant(build, i),
              build.id().text(),
              items.get(i).artifact(),
              lifetime,
              build.order().grant().artifactBytes());
      GrantAnswer grant = store.post("/grants", asked, GrantAnswer.class, ASKING);
      String secret = grant.secret();
      if (secret == null || !grant.id().equals(asked.id())) {
        throw refused(
            "The store gave no leave to upload '%s' (its grant '%s' is %s)."
                .formatted(asked.name(), grant.id(), grant.state()));
      }
      tokens.add(BearerToken.of(secret));
    }
    return tokens;
  }

  @Override
  public List<Optional<CollectAnswer>> seal(Build build) throws PeerFailure {
    List<Optional<CollectAnswer>> uploaded = new ArrayList<>();
    List<Order.Item> items = build.order().items();
    for (int i = 0; i < items.size(); i++) {
      uploaded.add(uploaded(jobGrant(build, i), items.get(i).artifact()));
    }
    return uploaded;
  }

  private Optional<CollectAnswer> uploaded(String id, String artifact) throws PeerFailure {
    GrantAnswer sealed;
    try {
      sealed = seal(id);
    } catch (PeerFailure.Refused e) {
      if (e.kind().equals("not-found")) {
        return Optional.empty();
      }
      throw e;
    }
    String sha256 = sealed.sha256();
    Long size = sealed.size();
    if (sha256 == null) {
      return Optional.empty();
    }
    if (size == null) {
      throw refused("What a job uploaded as '%s' is gone from the store.".formatted(sealed.name()));
    }
    return Optional.of(new CollectAnswer(sealed.name(), sha256, size, null, artifact));
  }

  private static String jobGrant(Build build, int index) {
    return "%s-job-%d".formatted(build.id(), index + 1);
  }

  private static GrantRequest asked(
      @Nullable String id,
      String build,
      String artifact,
      Duration wanted,
      @Nullable Long maxBytes) {
    String base = artifact.substring(artifact.lastIndexOf('/') + 1);
    Duration lifetime = wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
    return new GrantRequest(
        id, build + "." + base, base, build, Math.max(1, lifetime.toSeconds()), maxBytes);
  }

  private GrantAnswer seal(String id) throws PeerFailure {
    return store.post("/grants/%s/seal".formatted(id), Map.of(), GrantAnswer.class, ASKING);
  }

  /** What failed is told; an open grant ends by itself. */
  private void sealAnyhow(GrantAnswer grant) {
    try {
      seal(grant.id());
    } catch (PeerFailure e) {
      LOG.warn(
          "the grant {} for '{}' ends by itself: {}", grant.id(), grant.name(), e.getMessage());
    }
  }

  private static PeerFailure refused(String sentence) {
    return new PeerFailure.Refused(502, "store-refused", sentence, "");
  }
}

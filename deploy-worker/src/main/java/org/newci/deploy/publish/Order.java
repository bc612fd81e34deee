package org.newci.deploy.publish;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.deploy.blob.Sha256;
import org.newci.shell.problem.Problem;

/**
 * A deployment that is asked for, checked; and the rules of order, which know no network.
 *
 * @param pinned the digest that the bytes must have, when it was said
 * @param sequence place in the order of deployments of that name; without one it comes last now
 * @param fence of the controller that asks, when it said so
 * @param redo set when somebody wants bytes of before: no order holds them back
 */
public record Order(
    String artifact,
    PublishedName name,
    @Nullable Sha256 pinned,
    @Nullable Long sequence,
    @Nullable String build,
    @Nullable Long fence,
    @Nullable Redo redo) {

  /**
   * That somebody asked by hand for bytes of before.
   *
   * @param served what they saw served, if they said so
   */
  public record Redo(String by, String why, @Nullable Sha256 served) {}

  private static final int LONGEST_ARTIFACT = 512;
  private static final int LONGEST_BUILD = 64;
  private static final int MOST = 100;

  /**
   * Checks a request for several: each of them, with what they have in common.
   *
   * @throws Problem 400 that names the field
   */
  public static List<Order> all(DeployRequest request) {
    List<DeployRequest.Item> items = request.artifacts();
    if (items == null) {
      return List.of(of(request));
    }
    if (request.artifactId() != null || request.publishedName() != null) {
      throw Problem.badRequest(
          "The field 'artifacts' stands beside 'artifact_id' or 'published_name' (expected one"
              + " form).");
    }
    if (items.isEmpty() || items.size() > MOST) {
      throw Problem.badRequest(
          "The field 'artifacts' has %d entries (expected 1 to %d).".formatted(items.size(), MOST));
    }
    List<Order> orders = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (DeployRequest.Item item : items) {
      Order order =
          of(
              new DeployRequest(
                  item.artifactId(),
                  item.publishedName(),
                  item.sha256(),
                  request.build(),
                  request.sequence(),
                  request.fence(),
                  null,
                  null));
      if (!names.add(order.name().value())) {
        throw Problem.badRequest(
            "The name '%s' stands twice in 'artifacts'.".formatted(order.name().value()));
      }
      orders.add(order);
    }
    return orders;
  }

  /** An order by hand for bytes that the environment had before. */
  public static Order redo(PublishedName name, Sha256 digest, @Nullable String build, Redo redo) {
    return new Order(digest.address(), name, digest, null, build, null, redo);
  }

  /**
   * Checks a request.
   *
   * @throws Problem 400 that names the field
   */
  public static Order of(DeployRequest request) {
    String artifact = request.artifactId();
    String name = request.publishedName();
    if (artifact == null || artifact.isEmpty()) {
      throw Problem.badRequest("The field 'artifact_id' is missing (expected a blob's name).");
    }
    if (artifact.length() > LONGEST_ARTIFACT) {
      throw Problem.badRequest(
          "The field 'artifact_id' is too long (expected at most %d characters)."
              .formatted(LONGEST_ARTIFACT));
    }
    if (name == null) {
      throw Problem.badRequest("The field 'published_name' is missing (expected a file name).");
    }
    String build = request.build();
    if (build != null && build.length() > LONGEST_BUILD) {
      throw Problem.badRequest(
          "The field 'build' is too long (expected at most %d characters)."
              .formatted(LONGEST_BUILD));
    }
    Long sequence = request.sequence();
    if (sequence != null && sequence < 0) {
      throw Problem.badRequest(
          "The field 'sequence' is %d (expected 0 or more).".formatted(sequence));
    }
    Long fence = request.fence();
    if (fence != null && fence < 0) {
      throw Problem.badRequest("The field 'fence' is %d (expected 0 or more).".formatted(fence));
    }
    return new Order(artifact, published(name), pinned(request), sequence, build, fence, null);
  }

  static PublishedName published(String name) {
    try {
      return new PublishedName(name);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "bad-name", String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable Sha256 pinned(DeployRequest request) {
    String hex = request.sha256();
    Sha256 addressed = Sha256.ofAddress(String.valueOf(request.artifactId())).orElse(null);
    if (hex == null) {
      return addressed;
    }
    Sha256 stated;
    try {
      stated = new Sha256(hex);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("The field 'sha256' is refused: " + e.getMessage() + ".");
    }
    if (addressed != null && !addressed.equals(stated)) {
      throw mismatch(addressed.address(), addressed, stated);
    }
    return stated;
  }

  /**
   * Refuses what an older order must not do, and who was late with the same.
   *
   * @throws Problem 409 {@code superseded}, {@code sequence-used}, {@code fence-too-low} or {@code
   *     served-otherwise}
   */
  public void checkAgainst(Optional<TargetRecord> record) {
    checkServed(record.map(TargetRecord::sha256).orElse(null));
    Long there = record.map(TargetRecord::sequence).orElse(null);
    if (sequence == null || there == null || sequence > there) {
      return;
    }
    if (sequence < there) {
      throw new Problem(
              409,
              "superseded",
              "'%s' already has a later deployment (number %d); number %d is too late."
                  .formatted(name.value(), there, sequence))
          .with("sequence", there);
    }
    Long before = record.map(TargetRecord::fence).orElse(null);
    if (fence != null && before != null && fence < before) {
      throw new Problem(
          409,
          "fence-too-low",
          "Another controller does number %d of the deployments of '%s' now (its fence is %d, yours %d)."
              .formatted(sequence, name.value(), before, fence));
    }
    String served = record.orElseThrow().sha256();
    if (pinned != null && !pinned.hex().equals(served)) {
      throw new Problem(
          409,
          "sequence-used",
          "Number %d of the deployments of '%s' was for sha256:%s, not for %s."
              .formatted(sequence, name.value(), served, pinned.address()));
    }
  }

  /** Whoever goes back decided so over what was served; bytes that came since are not theirs. */
  private void checkServed(@Nullable String now) {
    Sha256 seen = redo == null ? null : redo.served();
    boolean wanted = pinned != null && pinned.hex().equals(now);
    if (seen != null && !seen.hex().equals(now) && !wanted) {
      throw new Problem(
          409,
          "served-otherwise",
          "'%s' was to go back from %s, but meanwhile %s is served; nothing was changed."
              .formatted(name.value(), seen.address(), now == null ? "nothing" : "sha256:" + now));
    }
  }

  /** True when that record is of this very order, sent before. */
  public boolean repeats(TargetRecord record) {
    return sequence != null && sequence.equals(record.sequence());
  }

  /** True when that record says all that one of this order would. */
  boolean isNotedIn(TargetRecord record) {
    return sequence == null || (repeats(record) && (fence == null || fence.equals(record.fence())));
  }

  /**
   * Refuses bytes that were rolled back.
   *
   * @throws Problem 409 {@code rolled-back}
   */
  public void checkNotRefused(Optional<TargetRecord> record, Sha256 digest) {
    boolean refused =
        redo == null && record.map(r -> r.refusals().contains(digest.hex())).orElse(false);
    if (refused) {
      throw new Problem(
          409,
          "rolled-back",
          "%s was rolled back from '%s'; it is not deployed again until somebody redeploys it."
              .formatted(digest.address(), name.value()));
    }
  }

  static Problem mismatch(String artifact, Sha256 found, Sha256 expected) {
    return Problem.unprocessable(
        "digest-mismatch",
        "The artifact '%s' has the digest %s (expected %s); nothing was published."
            .formatted(artifact, found.address(), expected.address()));
  }
}

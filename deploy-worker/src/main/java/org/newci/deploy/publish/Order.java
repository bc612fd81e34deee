package org.newci.deploy.publish;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.deploy.DeployRequest;
import org.newci.deploy.blob.Sha256;
import org.newci.shell.problem.Problem;

/**
 * A deployment that is asked for, checked; and the rules of order, which know no network.
 *
 * @param pinned the digest that the bytes must have, when it was said
 * @param sequence place in the order of deployments of that name; without one it comes last now
 */
public record Order(
    String artifact,
    PublishedName name,
    @Nullable Sha256 pinned,
    @Nullable Long sequence,
    @Nullable String build,
    @Nullable Integer attempt) {

  private static final int LONGEST_ARTIFACT = 512;
  private static final int LONGEST_BUILD = 64;

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
    return new Order(
        artifact, published(name), pinned(request), sequence, build, request.attempt());
  }

  private static PublishedName published(String name) {
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
   * Refuses what an older order must not do.
   *
   * @throws Problem 409 {@code superseded} or {@code sequence-used}
   */
  public void checkAgainst(Optional<TargetRecord> record) {
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
    String served = record.orElseThrow().sha256();
    if (pinned != null && !pinned.hex().equals(served)) {
      throw new Problem(
          409,
          "sequence-used",
          "Number %d of the deployments of '%s' was for sha256:%s, not for %s."
              .formatted(sequence, name.value(), served, pinned.address()));
    }
  }

  /** True when that record is of this very order, sent before. */
  public boolean repeats(TargetRecord record) {
    return sequence != null && sequence.equals(record.sequence());
  }

  /** The record to leave at the target. */
  TargetRecord record(Optional<TargetRecord> old, Sha256 digest, long size, Instant now) {
    Long next = sequence != null ? sequence : old.map(TargetRecord::sequence).orElse(null);
    return new TargetRecord(
        name.value(), next, digest.hex(), size, build, attempt, TargetRecord.PUBLISHING, now);
  }

  static Problem mismatch(String artifact, Sha256 found, Sha256 expected) {
    return Problem.unprocessable(
        "digest-mismatch",
        "The artifact '%s' has the digest %s (expected %s); nothing was published."
            .formatted(artifact, found.address(), expected.address()));
  }
}

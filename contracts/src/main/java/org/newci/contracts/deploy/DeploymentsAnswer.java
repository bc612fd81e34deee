package org.newci.contracts.deploy;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code GET /deployments?environment=E}: what is served there, a page at a time.
 *
 * @param environments names of all that the deploy worker knows
 * @param next what to ask for with {@code after} to see more; absent at the end
 */
public record DeploymentsAnswer(
    String environment,
    List<String> environments,
    List<Deployment> deployments,
    @Nullable String next) {

  /**
   * One file.
   *
   * @param state {@code published}, or {@code publishing} while it is being replaced
   * @param sha256 64 hex digits
   * @param size bytes
   * @param build that it is of, when a build deployed it
   * @param by who asked for it by hand, and why
   * @param refused digests that were rolled back: not deployed again until somebody says so
   * @param former what was served before, latest first, at most 20
   */
  public record Deployment(
      String publishedName,
      String url,
      String state,
      String sha256,
      long size,
      @Nullable String build,
      Instant since,
      @Nullable String by,
      @Nullable String why,
      List<String> refused,
      List<Former> former) {}

  /** What was served before. */
  public record Former(
      String sha256,
      long size,
      @Nullable String build,
      Instant since,
      @Nullable String by,
      @Nullable String why) {}
}

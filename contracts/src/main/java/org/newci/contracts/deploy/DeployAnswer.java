package org.newci.contracts.deploy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@code POST /deploy} and {@code POST /redeploy}.
 *
 * @param url where the file is served; of several, the first
 * @param size bytes; of several, all together
 * @param sha256 64 hex digits; of several, the first's
 * @param changed false when exactly this was already served there
 * @param artifacts each of several; absent for a single one
 */
public record DeployAnswer(
    String url, long size, String sha256, boolean changed, @Nullable List<DeployAnswer> artifacts) {

  /** Of a single one. */
  public static DeployAnswer of(String url, long size, String sha256, boolean changed) {
    return new DeployAnswer(url, size, sha256, changed, null);
  }
}

package org.newci.standin.ci;

import java.util.List;

/**
 * Files that are kept from job to job.
 *
 * @param key may hold variables, which the runner fills in; {@code key: files} is worked out
 *     already
 * @param policy {@code pull-push}, {@code pull} or {@code push}; may be a variable
 * @param when {@code on_success}, {@code on_failure} or {@code always}: after which end it is kept
 * @param unprotect whether branches share the cache with protected ones
 */
public record CacheSpec(
    String key,
    List<String> fallbackKeys,
    ArtifactSpec.Files files,
    String policy,
    String when,
    boolean unprotect) {
  public CacheSpec {
    fallbackKeys = List.copyOf(fallbackKeys);
  }

  public List<String> paths() {
    return files.paths();
  }

  public boolean untracked() {
    return files.untracked();
  }
}

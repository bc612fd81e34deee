package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;

/** What of a job's files is kept. */
public record JobKeeps(Optional<ArtifactSpec> artifacts, List<CacheSpec> caches) {
  static final JobKeeps NOTHING = new JobKeeps(Optional.empty(), List.of());

  public JobKeeps {
    caches = List.copyOf(caches);
  }
}

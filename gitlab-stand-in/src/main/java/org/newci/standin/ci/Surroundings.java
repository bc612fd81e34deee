package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;

/**
 * Where a job runs.
 *
 * @param tags a runner must have all of them
 * @param coverage the regular expression, with its slashes, that finds the coverage in the log
 */
public record Surroundings(
    Optional<ImageSpec> image,
    List<ImageSpec> services,
    List<String> tags,
    Optional<EnvironmentSpec> environment,
    Optional<String> coverage) {
  static final Surroundings ANY =
      new Surroundings(Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty());

  public Surroundings {
    services = List.copyOf(services);
    tags = List.copyOf(tags);
  }
}

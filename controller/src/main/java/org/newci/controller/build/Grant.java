package org.newci.controller.build;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the registry granted a build when it was submitted; what is null has no limit of its own.
 *
 * @param environment where it is deployed to
 * @param time from the push until the pipeline is over
 * @param logBytes of its log that are kept
 * @param artifactBytes that its artifact may have
 */
public record Grant(
    String environment,
    @Nullable Duration time,
    @Nullable Long logBytes,
    @Nullable Long artifactBytes) {

  /** The environment of builds that name none: the deploy worker's own standard. */
  public static final String STANDARD_ENVIRONMENT = "test";

  /** No limit of its own. */
  public static final Grant STANDARD = new Grant(STANDARD_ENVIRONMENT, null, null, null);
}

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
 * @param whole from its start until its artifact is in the store
 * @param supersede true if a later one of the same repository and ref takes its place in the queue
 * @param uploads true if its jobs may put its artifacts into the store by themselves
 */
public record Grant(
    String environment,
    @Nullable Duration time,
    @Nullable Long logBytes,
    @Nullable Long artifactBytes,
    @Nullable Duration whole,
    boolean supersede,
    boolean uploads) {

  /** The environment of builds that name none: the deploy worker's own standard. */
  public static final String STANDARD_ENVIRONMENT = "test";

  /** No limit of its own. */
  public static final Grant STANDARD = new Grant(STANDARD_ENVIRONMENT, null, null, null);

  /** Without a limit for the whole build; nothing takes the place of another, no job uploads. */
  public Grant(
      String environment,
      @Nullable Duration time,
      @Nullable Long logBytes,
      @Nullable Long artifactBytes) {
    this(environment, time, logBytes, artifactBytes, null, false, false);
  }
}

package org.newci.controller.build;

import java.util.EnumSet;
import java.util.Set;

/** Something to be done outside for a build, as often as needed until it reports back. */
public enum Effect {
  /** Copy the commit to GitLab. */
  MIRROR,
  /** Look for the pipeline, then at it, and keep its log. */
  WATCH,
  /** Ask GitLab to cancel the pipeline. */
  CANCEL_PIPELINE,
  /** Move the artifact to the store. */
  COLLECT,
  /** Copy the pinned artifact to the environment. */
  DEPLOY;

  /** Everything that a build in that standing wants. */
  static Set<Effect> wantedBy(Build build) {
    return switch (build.state()) {
      case QUEUED, HELD, FINISHED -> EnumSet.noneOf(Effect.class);
      case MIRRORING -> EnumSet.of(MIRROR);
      case BUILDING ->
          build.stop() != null && build.found().pipeline() != null
              ? EnumSet.of(WATCH, CANCEL_PIPELINE)
              : EnumSet.of(WATCH);
      case COLLECTING -> EnumSet.of(COLLECT);
      case DEPLOYING -> EnumSet.of(DEPLOY);
    };
  }
}

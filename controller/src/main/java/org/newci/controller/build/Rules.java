package org.newci.controller.build;

import java.time.Instant;

/** What moves builds. {@link Decider} is the only one outside tests. */
public interface Rules {

  /** What that event means for that build at that time. */
  Decision decide(Build build, BuildEvent event, Instant now);
}

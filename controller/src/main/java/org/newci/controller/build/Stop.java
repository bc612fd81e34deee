package org.newci.controller.build;

import java.time.Instant;

/**
 * That we want a running build to end, and how it will have ended, whatever GitLab then says.
 *
 * @param since the pipeline gets {@link Limits#stopGrace()} from then on
 */
public record Stop(Outcome outcome, String sentence, Instant since) {}

package org.newci.controller.build;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That we want a running build to end, and how it will have ended, whatever GitLab then says.
 *
 * @param asked when GitLab was first asked to cancel the pipeline, whether it answered or not; the
 *     pipeline gets {@link Limits#stopGrace()} from then on. Null before: however late it is, a
 *     pipeline that is known is not left running without having been asked for its end
 */
public record Stop(Outcome outcome, String sentence, Instant since, @Nullable Instant asked) {

  static Stop now(Outcome outcome, String sentence, Instant now) {
    return new Stop(outcome, sentence, now, null);
  }

  Stop asked(Instant at) {
    return new Stop(outcome, sentence, since, at);
  }
}

package org.newci.standin.ci;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a job has its turn, and whose artifacts it gets.
 *
 * @param startIn present exactly when {@code when} is DELAYED: the job waits that long
 * @param needs empty when the job waits for all earlier stages; a list (also an empty one) when it
 *     waits only for these; holds only jobs that are in the pipeline, parallel ones one by one
 * @param dependencies names whose artifacts are fetched, parallel ones one by one; empty when the
 *     file does not say
 * @param resourceGroup of the jobs of one project with the same group only one runs at a time; the
 *     name has its variables filled in
 */
public record JobTurn(
    JobWhen when,
    Optional<Duration> startIn,
    Optional<List<Need>> needs,
    Optional<List<String>> dependencies,
    Optional<String> resourceGroup) {
  public JobTurn {
    needs = needs.map(List::copyOf);
    dependencies = dependencies.map(List::copyOf);
  }
}

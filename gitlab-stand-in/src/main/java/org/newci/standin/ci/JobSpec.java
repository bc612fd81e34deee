package org.newci.standin.ci;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One job of a pipeline, with all defaults filled in.
 *
 * @param stageIndex place of the stage in {@link Compiled.Pipeline#stages()}
 * @param script before_script and script in one flat list: they share one shell
 * @param afterScript flat; empty when there is none
 * @param variables the file's: global, job and matching rule, the higher already put over the lower
 * @param needs empty when the job waits for all earlier stages; a list (also an empty one) when it
 *     waits only for these; holds only jobs that are in the pipeline
 * @param dependencies names whose artifacts are fetched; empty when the file does not say
 * @param timeout empty when the project's counts
 */
public record JobSpec(
    String name,
    String stage,
    int stageIndex,
    List<String> script,
    List<String> afterScript,
    List<CiVariable> variables,
    Optional<ArtifactSpec> artifacts,
    Optional<List<Need>> needs,
    Optional<List<String>> dependencies,
    JobWhen when,
    boolean allowFailure,
    List<String> tags,
    Optional<Duration> timeout) {
  public JobSpec {
    script = List.copyOf(script);
    afterScript = List.copyOf(afterScript);
    variables = List.copyOf(variables);
    needs = needs.map(List::copyOf);
    dependencies = dependencies.map(List::copyOf);
    tags = List.copyOf(tags);
  }

  /** The same job without needs that are not among these names. */
  JobSpec withNeedsAmong(Set<String> names) {
    return new JobSpec(
        name,
        stage,
        stageIndex,
        script,
        afterScript,
        variables,
        artifacts,
        needs.map(all -> all.stream().filter(n -> names.contains(n.job())).toList()),
        dependencies,
        when,
        allowFailure,
        tags,
        timeout);
  }
}

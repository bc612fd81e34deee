package org.newci.standin.ci;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One job of a pipeline, with all defaults filled in.
 *
 * @param variables the file's: global, job, matrix and matching rule, the higher already put over
 *     the lower
 */
public record JobSpec(
    JobPlace place,
    JobCommands commands,
    List<CiVariable> variables,
    JobTurn turn,
    Tolerance tolerance,
    JobKeeps keeps,
    Surroundings surroundings) {
  public JobSpec {
    variables = List.copyOf(variables);
  }

  public String name() {
    return place.name();
  }

  public String stage() {
    return place.stage();
  }

  public int stageIndex() {
    return place.stageIndex();
  }

  public List<String> script() {
    return commands.script();
  }

  public List<String> afterScript() {
    return commands.afterScript();
  }

  public Optional<ArtifactSpec> artifacts() {
    return keeps.artifacts();
  }

  public List<CacheSpec> caches() {
    return keeps.caches();
  }

  public Optional<List<Need>> needs() {
    return turn.needs();
  }

  public Optional<List<String>> dependencies() {
    return turn.dependencies();
  }

  public JobWhen when() {
    return turn.when();
  }

  public Optional<Duration> startIn() {
    return turn.startIn();
  }

  public Optional<String> resourceGroup() {
    return turn.resourceGroup();
  }

  /** Whether a failure counts as a mere warning, whatever the exit code is. */
  public boolean allowFailure() {
    return tolerance.allowFailure().always();
  }

  public RetrySpec retry() {
    return tolerance.retry();
  }

  public Optional<Duration> timeout() {
    return tolerance.timeout();
  }

  public boolean interruptible() {
    return tolerance.interruptible();
  }

  public Optional<ImageSpec> image() {
    return surroundings.image();
  }

  public List<ImageSpec> services() {
    return surroundings.services();
  }

  public List<String> tags() {
    return surroundings.tags();
  }

  public Optional<EnvironmentSpec> environment() {
    return surroundings.environment();
  }

  public Optional<String> coverage() {
    return surroundings.coverage();
  }

  /**
   * The job as the rules of the pipeline see it once its exit code is known: a failure after one of
   * {@code allow_failure: exit_codes} is allowed.
   */
  public JobSpec afterExit(@Nullable Integer exitCode) {
    return exitCode != null && tolerance.allowFailure().exitCodes().contains(exitCode)
        ? with(tolerance.allowing(AllowFailure.YES))
        : this;
  }

  JobSpec with(Tolerance other) {
    return new JobSpec(place, commands, variables, turn, other, keeps, surroundings);
  }

  JobSpec with(JobTurn other) {
    return new JobSpec(place, commands, variables, other, tolerance, keeps, surroundings);
  }
}

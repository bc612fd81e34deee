package org.newci.standin.pipeline;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.Workflow;

/**
 * A pipeline.
 *
 * @param iid its number within the project
 * @param status in GitLab's words
 * @param stages of its jobs, in order
 * @param yamlErrors what is wrong with the CI file, or null
 * @param workflow its name, and what cancels it
 * @param variables that its maker gave; stronger than the project's
 */
public record Pipeline(
    long id,
    long iid,
    long projectId,
    long userId,
    String sha,
    String beforeSha,
    String ref,
    boolean tag,
    String source,
    String status,
    List<String> stages,
    @Nullable String yamlErrors,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    List<GivenVariable> variables,
    Workflow workflow) {

  private static final Set<String> OVER = Set.of("success", "failed", "canceled", "skipped");

  public Pipeline {
    variables = List.copyOf(variables);
  }

  /** Whether nothing follows any more. */
  public boolean isOver() {
    return OVER.contains(status);
  }

  /** The same in another state, at that time. */
  Pipeline moved(String next, Instant now) {
    boolean started = startedAt == null && next.equals("running");
    boolean over = OVER.contains(next);
    return new Pipeline(
        id,
        iid,
        projectId,
        userId,
        sha,
        beforeSha,
        ref,
        tag,
        source,
        next,
        stages,
        yamlErrors,
        createdAt,
        now,
        started ? now : startedAt,
        over ? now : null,
        variables,
        workflow);
  }
}

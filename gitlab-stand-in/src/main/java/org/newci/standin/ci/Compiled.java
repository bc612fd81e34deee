package org.newci.standin.ci;

import java.util.List;

/** What a file came to. */
public sealed interface Compiled {

  /**
   * A pipeline with at least one job.
   *
   * @param stages all stages in order, {@code .pre} first and {@code .post} last, also empty ones
   * @param jobs the jobs that were added, by stage, in the order of the file within a stage
   * @param variables the file's global variables
   */
  record Pipeline(
      List<String> stages, List<JobSpec> jobs, List<CiVariable> variables, Workflow workflow)
      implements Compiled {
    public Pipeline {
      stages = List.copyOf(stages);
      jobs = List.copyOf(jobs);
      variables = List.copyOf(variables);
    }
  }

  /** A file with faults: becomes a failed pipeline that shows these sentences (yaml_errors). */
  record Invalid(List<String> errors) implements Compiled {
    public Invalid {
      errors = List.copyOf(errors);
    }

    /** All sentences in one text, as GitLab shows them. */
    public String text() {
      return String.join(", ", errors);
    }
  }

  /** A good file whose rules let no job in: no pipeline at all. */
  record NoJobs(String why) implements Compiled {}
}

package org.newci.controller.registry;

import org.newci.controller.build.Grant;
import org.newci.shell.problem.Problem;

/** What the registry says to a request. */
public sealed interface Verdict {

  /**
   * It may be built.
   *
   * @param project name of the GitLab project
   */
  record Allowed(ProjectRule rule, String project, Grant grant) implements Verdict {}

  /**
   * It may not.
   *
   * @param problem the answer: status, kind and sentence
   */
  record Refused(Problem problem) implements Verdict {

    int status() {
      return problem.status();
    }

    String kind() {
      return problem.kind();
    }

    /** Why, for a person. */
    public String sentence() {
      return problem.detail();
    }
  }
}

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

  /** It may not; status, kind and sentence of the answer. */
  record Refused(int status, String kind, String sentence) implements Verdict {

    /** As an answer. */
    public Problem problem() {
      return new Problem(status, kind, sentence);
    }
  }
}

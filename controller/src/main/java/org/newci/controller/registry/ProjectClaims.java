package org.newci.controller.registry;

import java.util.List;

/** Which repository each GitLab project was given to; kept for ever, so that none gets two. */
public interface ProjectClaims {

  /**
   * A repository that has a project.
   *
   * @param url as it was written when it first came
   */
  record Known(String identity, String url) {}

  /** Repositories that have a project, newest first. */
  List<Known> known(int most);
}

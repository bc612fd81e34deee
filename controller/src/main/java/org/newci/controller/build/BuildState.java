package org.newci.controller.build;

import java.util.Locale;

/** Where a build stands; it only ever moves to a later one. */
public enum BuildState {
  /** Waits for its turn. */
  QUEUED("wait"),
  /** The VCS worker copies its commit to GitLab. */
  MIRRORING("mirror"),
  /** Its pipeline is awaited, then runs. */
  BUILDING("build"),
  /** Its artifact goes from GitLab to the store. */
  COLLECTING("collect"),
  /** Its pinned artifact goes to the environment. */
  DEPLOYING("deploy"),
  /** Over; the outcome says how. */
  FINISHED("end");

  private final String step;

  BuildState(String step) {
    this.step = step;
  }

  /** Name of the step that runs in this state. */
  public String step() {
    return step;
  }

  /** As people read it: {@code queued}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True between the queue and the end: the project is occupied. */
  public boolean isActive() {
    return this != QUEUED && this != FINISHED;
  }
}

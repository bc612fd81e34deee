package org.newci.controller.build;

import java.util.Locale;

/** Where a build stands; it only ever moves to a later one, but for HELD. */
public enum BuildState {
  /** Waits for its turn. */
  QUEUED("wait"),
  /** The VCS worker copies its commit to GitLab. */
  MIRRORING("mirror"),
  /** Its pipeline is awaited, then runs. */
  BUILDING("build"),
  /** Its artifact goes from GitLab to the store. */
  COLLECTING("collect"),
  /** Its artifact is in the store and waits: deployments are stopped. */
  HELD("hold"),
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

  /** True while something is done for it: the project is occupied. */
  public boolean isActive() {
    return this != QUEUED && this != HELD && this != FINISHED;
  }
}

package org.newci.controller.hold;

import java.time.Instant;

/**
 * That nothing is deployed to an environment.
 *
 * @param environment {@link #ALL} for all of them
 * @param by subject of the token that stopped them
 */
public record DeploymentStop(String environment, String reason, String by, Instant since) {

  /** Stands for every environment; no environment can have this name. */
  public static final String ALL = "*";

  /** True for builds of that environment. */
  boolean holds(String of) {
    return environment.equals(ALL) || environment.equals(of);
  }

  /** For the build that waits. */
  String sentence() {
    String where = environment.equals(ALL) ? "" : " to " + environment;
    return "Waits: %s stopped deployments%s at %s: %s".formatted(by, where, since, reason);
  }
}

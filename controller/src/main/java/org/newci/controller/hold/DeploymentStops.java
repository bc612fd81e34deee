package org.newci.controller.hold;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where stops are kept, and who stopped and resumed what; whatever returns is on the disk. */
public interface DeploymentStops {

  /** One entry of the log. */
  record Entry(Instant at, String kind, String environment, String reason, String by) {}

  /** Those in force, in order of their environment. */
  List<DeploymentStop> inForce();

  /** Adds it unless its environment is stopped already; answers the one that is in force. */
  DeploymentStop add(DeploymentStop stop);

  /** Ends the stop of that environment; empty if there is none. */
  Optional<DeploymentStop> remove(String environment, String by, String reason, Instant at);

  /** The log, newest first. */
  List<Entry> log(int most);
}

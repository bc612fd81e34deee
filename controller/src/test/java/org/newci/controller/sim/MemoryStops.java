package org.newci.controller.sim;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.DeploymentStops;

/**
 * Stops without a disk. All controllers of a life share them, as they do the ledger, which looks at
 * them again when it writes down that a deployment has begun; no crash loses one.
 */
final class MemoryStops implements DeploymentStops {

  private final TreeMap<String, DeploymentStop> all = new TreeMap<>();
  private final Planted planted;

  MemoryStops(Planted planted) {
    this.planted = planted;
  }

  @Override
  public List<DeploymentStop> inForce() {
    return planted == Planted.STOPS_UNSEEN ? List.of() : List.copyOf(all.values());
  }

  /** What the ledger sees of them. */
  boolean isStopped(String environment) {
    return planted != Planted.STOPS_UNSEEN
        && planted != Planted.STOPS_SEEN_ONCE
        && (all.containsKey(DeploymentStop.ALL) || all.containsKey(environment));
  }

  @Override
  public DeploymentStop add(DeploymentStop stop) {
    DeploymentStop before = all.putIfAbsent(stop.environment(), stop);
    return before == null ? stop : before;
  }

  @Override
  public Optional<DeploymentStop> remove(String environment, String by, String reason, Instant at) {
    return Optional.ofNullable(all.remove(environment));
  }

  @Override
  public List<Entry> log(int most) {
    return List.of();
  }
}

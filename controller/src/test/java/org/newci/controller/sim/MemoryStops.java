package org.newci.controller.sim;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.newci.controller.hold.DeploymentStop;
import org.newci.controller.hold.DeploymentStops;

/** Stops without a disk. */
final class MemoryStops implements DeploymentStops {

  private final TreeMap<String, DeploymentStop> all = new TreeMap<>();
  private final boolean unseen;

  MemoryStops(boolean unseen) {
    this.unseen = unseen;
  }

  @Override
  public List<DeploymentStop> inForce() {
    return unseen ? List.of() : List.copyOf(all.values());
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

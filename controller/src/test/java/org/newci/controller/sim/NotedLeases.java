package org.newci.controller.sim;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.controller.build.Build;
import org.newci.controller.build.Effect;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;

/** The leases of one controller; it remembers under which one it deploys each build. */
final class NotedLeases implements Leases {

  private final Leases leases;
  private final Map<String, Long> deploying = new HashMap<>();

  NotedLeases(Leases leases) {
    this.leases = leases;
  }

  /** Fence of the lease under which that build is deployed, whatever is said to others. */
  long deploying(String build) {
    return deploying.get(build);
  }

  @Override
  public Optional<Lease> take(Build build, Effect effect) {
    Optional<Lease> taken = leases.take(build, effect);
    if (effect == Effect.DEPLOY) {
      taken.ifPresent(lease -> deploying.put(build.id().text(), lease.fence()));
    }
    return taken;
  }

  @Override
  public Set<Lease> renew(Collection<Lease> held) {
    return leases.renew(held);
  }

  @Override
  public void giveBack(Lease lease) {
    leases.giveBack(lease);
  }

  @Override
  public boolean leads(Duty duty) {
    return leases.leads(duty);
  }

  @Override
  public void giveBackAll() {
    leases.giveBackAll();
  }
}

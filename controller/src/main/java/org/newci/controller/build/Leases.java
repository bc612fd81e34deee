package org.newci.controller.build;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/** Which controller does what, where there may be several. */
public interface Leases {

  /** What only one controller does at a time, for all builds together. */
  enum Duty {
    /** Starts what waits in the queue. */
    QUEUE,
    /** Lets held deployments go on. */
    HELD,
    /** Looks at watched repositories. */
    WATCH
  }

  /**
   * The right to do that effect of that build; empty while another controller has it, or when it is
   * not wanted any more.
   */
  Optional<Lease> take(Build build, Effect effect);

  /** Makes them last on; answers those that are lost. */
  Set<Lease> renew(Collection<Lease> held);

  /** Lets others take it at once. */
  void giveBack(Lease lease);

  /** True if this controller has that duty; it takes it over when nobody else has it. */
  boolean leads(Duty duty);

  /** Gives back every lease and duty. */
  void giveBackAll();

  /** Those of a controller that is alone: it has everything, under the build's rank as fence. */
  static Leases alone() {
    return new Alone();
  }

  /** Nobody else is there. */
  final class Alone implements Leases {

    private Alone() {}

    @Override
    public Optional<Lease> take(Build build, Effect effect) {
      return Optional.of(new Lease(build.id(), build.rank(), effect, build.rank()));
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held) {
      return Set.of();
    }

    @Override
    public void giveBack(Lease lease) {}

    @Override
    public boolean leads(Duty duty) {
      return true;
    }

    @Override
    public void giveBackAll() {}
  }
}

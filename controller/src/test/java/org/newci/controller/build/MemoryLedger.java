package org.newci.controller.build;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.newci.controller.ledger.SqlLedger;
import org.newci.controller.registry.RepoUrl;

/** A ledger without a disk, for simulations. */
public final class MemoryLedger implements BuildLedger {

  private record Once(String digest, BuildId build, Instant at) {}

  private final Clock clock;
  private final Predicate<String> stopped;
  private final Map<BuildId, Build> builds = new LinkedHashMap<>();
  private final Map<BuildId, Set<Effect>> wanted = new HashMap<>();
  private final Map<List<String>, Once> once = new HashMap<>();
  private final Map<String, String> holders = new HashMap<>();
  private final Map<BuildId, List<BuildEvent>> events = new HashMap<>();
  private final Map<List<Object>, Instant> times = new HashMap<>();

  private record Wanted(BuildId build, Effect effect) {}

  private record Owner(String name, long fence, Instant expires) {}

  private final Map<Wanted, Owner> owners = new HashMap<>();
  private final Map<Leases.Duty, Owner> duties = new HashMap<>();
  private long sequence;
  private long fences;

  public MemoryLedger(Clock clock) {
    this(clock, environment -> false);
  }

  /**
   * A ledger beside stops.
   *
   * @param stopped whether deployments to that environment are
   */
  public MemoryLedger(Clock clock, Predicate<String> stopped) {
    this.clock = clock;
    this.stopped = stopped;
  }

  @Override
  public synchronized Added add(Build fresh, OnceKey key, int limit) {
    if (key != null) {
      Once before = once.get(List.of(key.subject(), key.key()));
      if (before != null && before.at().plus(SqlLedger.ONCE_KEPT).isAfter(clock.instant())) {
        return before.digest().equals(key.digest()) ? new Known(before.build()) : new KeyTaken();
      }
    }
    int waiting =
        (int) builds.values().stream().filter(b -> b.state() == BuildState.QUEUED).count();
    if (waiting >= limit) {
      return new QueueFull(waiting);
    }
    String repo = RepoUrl.parse(fresh.order().repo()).identity();
    String holder = holders.putIfAbsent(fresh.order().project(), repo);
    if (holder != null && !holder.equals(repo)) {
      return new ProjectTaken();
    }
    Build ranked = fresh.ranked(builds.size() + 1L);
    builds.put(ranked.id(), ranked);
    if (key != null) {
      once.put(
          List.of(key.subject(), key.key()), new Once(key.digest(), ranked.id(), clock.instant()));
    }
    return new Fresh(ranked);
  }

  @Override
  public synchronized Optional<Build> find(BuildId id) {
    return Optional.ofNullable(builds.get(id));
  }

  @Override
  public synchronized boolean advance(
      Decision.Move move, BuildEvent event, Instant at, Lease under) {
    Build next = move.next();
    if (under != null && !isHeld(under)) {
      return false;
    }
    if (event instanceof BuildEvent.DeployBegun
        && stopped.test(next.order().grant().environment())) {
      return false;
    }
    if (builds.get(next.id()).version() != next.version() - 1) {
      return false;
    }
    builds.put(next.id(), next);
    wanted.put(next.id(), move.effects());
    owners
        .keySet()
        .removeIf(w -> w.build().equals(next.id()) && !move.effects().contains(w.effect()));
    times.put(List.of(next.id(), next.version()), at);
    events.computeIfAbsent(next.id(), id -> new ArrayList<>()).add(event);
    return true;
  }

  @Override
  public synchronized int underWay() {
    return (int) builds.values().stream().filter(build -> build.state().isActive()).count();
  }

  @Override
  public synchronized Queue queue(int each) {
    List<Busy> busy = new ArrayList<>();
    Map<List<Object>, Waiting> heads = new LinkedHashMap<>();
    Map<String, Instant> starts = new HashMap<>();
    Instant freeSince = null;
    for (Build build : builds.values()) {
      Order order = build.order();
      if (build.state() == BuildState.QUEUED) {
        heads.putIfAbsent(
            List.of(order.project(), order.submitter(), order.priority()), Waiting.of(build));
      } else if (!build.steps().isEmpty()) {
        Instant start = build.steps().getFirst().start();
        starts.merge(order.submitter(), start, (a, b) -> a.isAfter(b) ? a : b);
        if (build.state().isActive()) {
          busy.add(new Busy(build.id(), order.project(), order.submitter(), start));
        }
      }
      Instant end = build.finishedAt();
      if (end != null && (freeSince == null || end.isAfter(freeSince))) {
        freeSince = end;
      }
    }
    Map<List<Object>, Integer> counted = new HashMap<>();
    List<Waiting> oldest =
        heads.values().stream()
            .filter(
                head ->
                    counted.merge(List.of(head.submitter(), head.priority()), 1, Integer::sum)
                        <= each)
            .toList();
    return new Queue(oldest, busy, starts, freeSince);
  }

  @Override
  public synchronized int ahead(Build build) {
    Order order = build.order();
    return (int)
        builds.values().stream()
            .filter(other -> other.state() == BuildState.QUEUED)
            .filter(other -> other.order().project().equals(order.project()))
            .filter(other -> other.order().submitter().equals(order.submitter()))
            .filter(
                other ->
                    other.order().priority().compareTo(order.priority()) < 0
                        || (other.order().priority() == order.priority()
                            && other.rank() < build.rank()))
            .count();
  }

  @Override
  public synchronized List<BuildId> olderInQueue(Build build) {
    return builds.values().stream()
        .filter(other -> other.state() == BuildState.QUEUED && other.rank() < build.rank())
        .filter(other -> other.order().repo().equals(build.order().repo()))
        .filter(other -> other.order().ref().equals(build.order().ref()))
        .map(Build::id)
        .toList();
  }

  @Override
  public synchronized Optional<BuildId> newerInQueue(Build build) {
    return builds.values().stream()
        .filter(other -> other.state() == BuildState.QUEUED && other.rank() > build.rank())
        .filter(other -> other.order().repo().equals(build.order().repo()))
        .filter(other -> other.order().ref().equals(build.order().ref()))
        .reduce((before, last) -> last)
        .map(Build::id);
  }

  @Override
  public synchronized List<Active> active() {
    return builds.values().stream()
        .filter(build -> build.state().isActive())
        .map(build -> new Active(build, wanted.get(build.id())))
        .toList();
  }

  @Override
  public synchronized List<Build> held() {
    return builds.values().stream()
        .filter(build -> build.state() == BuildState.HELD)
        .sorted(java.util.Comparator.comparingLong(b -> b.found().artifact().sequence()))
        .toList();
  }

  @Override
  public synchronized long nextSequence() {
    return ++sequence;
  }

  @Override
  public synchronized boolean isHeld(Lease lease) {
    Owner owner = owners.get(new Wanted(lease.build(), lease.effect()));
    return owner == null ? lease.fence() == lease.rank() : owner.fence() == lease.fence();
  }

  /** The leases of one of the controllers on this ledger. */
  public Leases leases(String name, Duration time) {
    return new Shared(name, time);
  }

  /** All builds in order. */
  public synchronized List<Build> all() {
    return List.copyOf(builds.values());
  }

  /** The events that moved that build. */
  public synchronized List<BuildEvent> events(BuildId id) {
    return List.copyOf(events.getOrDefault(id, List.of()));
  }

  /** When that build got that version. */
  public synchronized Instant at(BuildId id, long version) {
    return times.get(List.<Object>of(id, version));
  }

  /** Leases among those who share this ledger. */
  private final class Shared implements Leases {
    private final String name;
    private final Duration time;

    Shared(String name, Duration time) {
      this.name = name;
      this.time = time;
    }

    @Override
    public Optional<Lease> take(Build build, Effect effect) {
      synchronized (MemoryLedger.this) {
        Wanted key = new Wanted(build.id(), effect);
        Owner owner = owners.get(key);
        boolean free =
            owner == null || owner.name().equals(name) || owner.expires().isBefore(clock.instant());
        if (!free || !wanted.getOrDefault(build.id(), Set.of()).contains(effect)) {
          return Optional.empty();
        }
        long fence = 1_000_000_000L + ++fences;
        owners.put(key, new Owner(name, fence, clock.instant().plus(time)));
        return Optional.of(new Lease(build.id(), build.rank(), effect, fence));
      }
    }

    @Override
    public Set<Lease> renew(Collection<Lease> held) {
      synchronized (MemoryLedger.this) {
        Set<Lease> lost = new HashSet<>();
        for (Lease lease : held) {
          Wanted key = new Wanted(lease.build(), lease.effect());
          Owner owner = owners.get(key);
          if (owner == null || owner.fence() != lease.fence() || !owner.name().equals(name)) {
            lost.add(lease);
          } else {
            owners.put(key, new Owner(name, lease.fence(), clock.instant().plus(time)));
          }
        }
        return lost;
      }
    }

    @Override
    public void giveBack(Lease lease) {
      synchronized (MemoryLedger.this) {
        owners.computeIfPresent(
            new Wanted(lease.build(), lease.effect()),
            (key, owner) ->
                owner.fence() == lease.fence() ? new Owner("", owner.fence(), Instant.MIN) : owner);
      }
    }

    @Override
    public boolean leads(Duty duty) {
      synchronized (MemoryLedger.this) {
        Owner owner = duties.get(duty);
        boolean free =
            owner == null || owner.name().equals(name) || owner.expires().isBefore(clock.instant());
        if (free) {
          duties.put(duty, new Owner(name, 0, clock.instant().plus(time)));
        }
        return free;
      }
    }

    @Override
    public void giveBackAll() {
      synchronized (MemoryLedger.this) {
        owners.replaceAll(
            (key, owner) ->
                owner.name().equals(name) ? new Owner("", owner.fence(), Instant.MIN) : owner);
        duties.values().removeIf(owner -> owner.name().equals(name));
      }
    }
  }
}

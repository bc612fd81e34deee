package org.newci.controller.build;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.controller.ledger.SqlLedger;

/** A ledger without a disk, for simulations. */
public final class MemoryLedger implements BuildLedger {

  private record Once(String digest, BuildId build, Instant at) {}

  private final Clock clock;
  private final Map<BuildId, Build> builds = new LinkedHashMap<>();
  private final Map<BuildId, Set<Effect>> wanted = new HashMap<>();
  private final Map<List<String>, Once> once = new HashMap<>();
  private final Map<BuildId, List<BuildEvent>> events = new HashMap<>();
  private final Map<List<Object>, Instant> times = new HashMap<>();
  private long sequence;

  public MemoryLedger(Clock clock) {
    this.clock = clock;
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
  public synchronized boolean advance(Decision.Move move, BuildEvent event, Instant at) {
    Build next = move.next();
    if (builds.get(next.id()).version() != next.version() - 1) {
      return false;
    }
    builds.put(next.id(), next);
    wanted.put(next.id(), move.effects());
    times.put(List.of(next.id(), next.version()), at);
    events.computeIfAbsent(next.id(), id -> new ArrayList<>()).add(event);
    return true;
  }

  @Override
  public synchronized List<BuildId> startable(int concurrent) {
    Set<String> taken = new HashSet<>();
    int active = 0;
    for (Build build : builds.values()) {
      if (build.state().isActive()) {
        taken.add(build.order().project());
        active++;
      }
    }
    List<BuildId> ids = new ArrayList<>();
    for (Build build : builds.values()) {
      boolean room = ids.size() < concurrent - active;
      if (room && build.state() == BuildState.QUEUED && taken.add(build.order().project())) {
        ids.add(build.id());
      }
    }
    return ids;
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
}

package org.newci.controller.effect;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Effect;
import org.newci.controller.build.Lease;
import org.newci.controller.build.Leases;
import org.newci.controller.build.LedgerTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what builds want done, each effect as an act of its own, so that one that hangs delays no
 * other. An effect that runs already is not begun twice; one that is wanted no more is interrupted.
 */
public final class Reactions implements Conductor.Listener, AutoCloseable {

  /** One effect; it reports back as an event and may be done again at any time. */
  interface Reaction {
    void act(Build build, Lease lease) throws InterruptedException;
  }

  private record Key(BuildId build, Effect effect) {}

  /** Builds whose newest version is remembered. */
  private static final int REMEMBERED = 10_000;

  /** So often may an effect of one build fail in a way that nobody foresaw. */
  private static final int SURPRISES = 5;

  private static final Duration SHORT_PAUSE = Duration.ofMillis(20);

  private static final Logger LOG = LoggerFactory.getLogger(Reactions.class);

  private final Conductor conductor;
  private final Map<Effect, Reaction> reactions;
  private final Map<Key, Job> running = new ConcurrentHashMap<>();
  private final Map<Key, Integer> surprises = new ConcurrentHashMap<>();
  private final Map<BuildId, Long> newest = new LinkedHashMap<>();
  private volatile boolean closed;

  private final Leases leases;
  private final Stage stage;

  Reactions(Conductor conductor, Map<Effect, Reaction> reactions, Leases leases, Stage stage) {
    this.conductor = conductor;
    this.leases = leases;
    this.stage = stage;
    this.reactions = Map.copyOf(reactions);
  }

  @Override
  public void moved(Decision.Move move) {
    ensure(move.next(), move.effects());
  }

  /** Makes sure that exactly these effects of that build are being done. */
  public void ensure(Build build, Set<Effect> wanted) {
    if (closed || isOld(build)) {
      return;
    }
    for (Effect effect : Effect.values()) {
      Key key = new Key(build.id(), effect);
      if (wanted.contains(effect)) {
        begin(key, build);
      } else {
        Job job = running.get(key);
        if (job != null && !job.act.isCurrent()) {
          job.act.interrupt();
        }
      }
    }
  }

  /** A look that was overtaken by a move must not begin or end anything. */
  private boolean isOld(Build build) {
    synchronized (newest) {
      long known = newest.getOrDefault(build.id(), 0L);
      if (build.version() < known) {
        return true;
      }
      newest.remove(build.id());
      newest.put(build.id(), build.version());
      if (newest.size() > REMEMBERED) {
        newest.remove(newest.keySet().iterator().next());
      }
      return false;
    }
  }

  private void begin(Key key, Build build) {
    Job fresh = new Job(key, build);
    if (running.putIfAbsent(key, fresh) == null) {
      fresh.act.start();
    }
  }

  /** One effect of one build, being done. */
  private final class Job {
    private final Key key;
    private final Build build;
    private final Stage.Act act;
    private volatile @Nullable Lease lease;

    Job(Key key, Build build) {
      this.key = key;
      this.build = build;
      this.act = stage.act(key.effect() + " " + key.build(), () -> react(this));
    }
  }

  private void react(Job job) {
    Key key = job.key;
    Build build = job.build;
    Lease lease = null;
    try {
      Reaction reaction = reactions.get(key.effect());
      if (reaction == null) {
        throw new IllegalStateException("nobody does " + key.effect());
      }
      lease = leases.take(build, key.effect()).orElse(null);
      if (lease == null) {
        return;
      }
      job.lease = lease;
      reaction.act(build, lease);
      surprises.remove(key);
    } catch (InterruptedException e) {
      LOG.debug("{} of build {} is wanted no more", key.effect(), key.build());
      giveBack(lease);
    } catch (RuntimeException e) {
      // Who is interrupted in the middle of a read has it fail.
      if (!closed && !Thread.currentThread().isInterrupted()) {
        failed(key, build.state(), e);
      }
      giveBack(lease);
    } finally {
      running.remove(key, job);
    }
  }

  /** While the database is away nothing can be said; the first tick after that does it again. */
  private void failed(Key key, BuildState step, RuntimeException e) {
    if (LedgerTrouble.of(e).isPresent()) {
      LOG.warn("{} of build {} has to wait: {}", key.effect(), key.build(), e.getMessage());
    } else {
      LOG.error("{} of build {} failed unexpectedly", key.effect(), key.build(), e);
      surprised(key, step);
    }
  }

  private void giveBack(@Nullable Lease lease) {
    try {
      if (lease != null) {
        leases.giveBack(lease);
      }
    } catch (RuntimeException e) {
      LOG.info("a lease was not given back and will expire: {}", e.getMessage());
    }
  }

  /** Makes the leases of all that is being done last on; what another controller does now ends. */
  public void renewLeases() {
    Map<Lease, Job> held = new HashMap<>();
    for (Job job : running.values()) {
      Lease lease = job.lease;
      if (lease != null) {
        held.put(lease, job);
      }
    }
    if (held.isEmpty()) {
      return;
    }
    for (Lease lost : leases.renew(held.keySet())) {
      Job job = held.get(lost);
      if (job != null) {
        LOG.info("{} of build {} is not ours any more", job.key.effect(), job.key.build());
        job.act.interrupt();
      }
    }
  }

  /**
   * Begins nothing any more, and gives up what may take long; answers when what is short is over,
   * or that time.
   */
  public void settle(Duration most) throws InterruptedException {
    closed = true;
    for (Job job : running.values()) {
      if (job.key.effect() == Effect.WATCH || job.key.effect() == Effect.CANCEL_PIPELINE) {
        job.act.interrupt();
      }
    }
    Instant end = stage.clock().instant().plus(most);
    while (!running.isEmpty() && stage.clock().instant().isBefore(end)) {
      stage.pause(SHORT_PAUSE);
    }
  }

  /** The next tick does the effect again; after too many surprises its step has failed. */
  private void surprised(Key key, BuildState step) {
    if (surprises.merge(key, 1, Integer::sum) < SURPRISES) {
      return;
    }
    surprises.remove(key);
    try {
      conductor.tell(
          key.build(),
          new BuildEvent.StepFailed(
              step, "Something failed in the controller that should not; its log says what."));
    } catch (RuntimeException e) {
      LOG.error("that build {} failed cannot be written down", key.build(), e);
    }
  }

  @Override
  public void close() {
    closed = true;
    running.values().forEach(job -> job.act.interrupt());
  }
}

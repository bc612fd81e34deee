package org.newci.controller.effect;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildEvent;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Conductor;
import org.newci.controller.build.Decision;
import org.newci.controller.build.Effect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what builds want done, each effect as an act of its own, so that one that hangs delays no
 * other. An effect that runs already is not begun twice; one that is wanted no more is interrupted.
 */
public final class Reactions implements Conductor.Listener, AutoCloseable {

  /** One effect; it reports back as an event and may be done again at any time. */
  interface Reaction {
    void act(Build build) throws InterruptedException;
  }

  private record Key(BuildId build, Effect effect) {}

  /** Builds whose newest version is remembered. */
  private static final int REMEMBERED = 10_000;

  /** So often may an effect of one build fail in a way that nobody foresaw. */
  private static final int SURPRISES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Reactions.class);

  private final Conductor conductor;
  private final Map<Effect, Reaction> reactions;
  private final Map<Key, Job> running = new ConcurrentHashMap<>();
  private final Map<Key, Integer> surprises = new ConcurrentHashMap<>();
  private final Map<BuildId, Long> newest = new LinkedHashMap<>();
  private volatile boolean closed;

  private final Stage stage;

  Reactions(Conductor conductor, Map<Effect, Reaction> reactions, Stage stage) {
    this.conductor = conductor;
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

    Job(Key key, Build build) {
      this.key = key;
      this.build = build;
      this.act = stage.act(key.effect() + " " + key.build(), () -> react(this));
    }
  }

  private void react(Job job) {
    Key key = job.key;
    Build build = job.build;
    try {
      Reaction reaction = reactions.get(key.effect());
      if (reaction == null) {
        throw new IllegalStateException("nobody does " + key.effect());
      }
      reaction.act(build);
      surprises.remove(key);
    } catch (InterruptedException e) {
      LOG.debug("{} of build {} is wanted no more", key.effect(), key.build());
    } catch (RuntimeException e) {
      if (!closed) {
        LOG.error("{} of build {} failed unexpectedly", key.effect(), key.build(), e);
        surprised(key, build.state());
      }
    } finally {
      running.remove(key, job);
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

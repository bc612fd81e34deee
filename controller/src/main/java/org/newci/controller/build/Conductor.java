package org.newci.controller.build;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decide, commit, tell: the only way by which a build moves. */
public final class Conductor {

  /** Hears of a move after it is committed; must return at once. */
  public interface Listener {
    void moved(Decision.Move move);
  }

  /** A lost race is decided anew, that many times. */
  private static final int RACES = 50;

  private static final Logger LOG = LoggerFactory.getLogger(Conductor.class);

  private final BuildLedger ledger;
  private final Rules rules;
  private final Clock clock;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  public Conductor(BuildLedger ledger, Rules rules, Clock clock) {
    this.ledger = ledger;
    this.rules = rules;
    this.clock = clock;
  }

  /** Adds somebody who hears of every move. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Tells a build what happened; the answer is what became of it. */
  public Decision tell(BuildId id, BuildEvent event) {
    return tell(id, event, null);
  }

  /** Another controller moved that build: listeners hear of it as if it were done here. */
  public void movedElsewhere(BuildId id) {
    ledger
        .find(id)
        .map(build -> new Decision.Move(build, Effect.wantedBy(build)))
        .ifPresent(move -> listeners.forEach(listener -> listener.moved(move)));
  }

  /**
   * Tells a build what became of an effect; who has lost the lease for it is not heard.
   *
   * @param under null for what is no effect
   */
  public Decision tell(BuildId id, BuildEvent event, @Nullable Lease under) {
    for (int race = 0; race < RACES; race++) {
      Optional<Build> build = ledger.find(id);
      if (build.isEmpty()) {
        return new Decision.Illegal("BUILD %s is not known.".formatted(id));
      }
      var now = clock.instant();
      Decision decision = rules.decide(build.get(), event, now);
      switch (decision) {
        case Decision.Move move -> {
          if (ledger.advance(move, event, now, under)) {
            LOG.debug("build {} is {} by {}", id, move.next().state(), event.kind());
            listeners.forEach(listener -> listener.moved(move));
            return move;
          }
          if (under != null && !ledger.isHeld(under)) {
            LOG.info("{} of build {} is done by another controller now", under.effect(), id);
            return new Decision.Illegal(
                "BUILD %s received %s from who has lost the lease.".formatted(id, event.kind()));
          }
          LOG.debug("build {} was moved by somebody else first; {} again", id, event.kind());
        }
        case Decision.Stay stay -> {
          return stay;
        }
        case Decision.Illegal illegal -> {
          LOG.debug("{}", illegal.sentence());
          return illegal;
        }
      }
    }
    return new Decision.Illegal(
        "BUILD %s was moved by others %d times while %s was decided."
            .formatted(id, RACES, event.kind()));
  }
}

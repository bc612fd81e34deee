package org.newci.controller.submit;

import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Order;
import org.newci.controller.queue.Dispatcher;
import org.newci.shell.problem.Problem;

/** Puts an order that was decided on into the queue: the one way in, for people and for pushes. */
public final class Intake {

  private final BuildLedger ledger;
  private final Dispatcher dispatcher;
  private final int queueLimit;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param queueLimit builds that may wait
   */
  public Intake(BuildLedger ledger, Dispatcher dispatcher, int queueLimit, Clock clock) {
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.queueLimit = queueLimit;
    this.clock = clock;
  }

  /** Adds it. */
  public BuildLedger.Added add(Order order, BuildLedger.@Nullable OnceKey once) {
    BuildLedger.Added added =
        ledger.add(Build.of(BuildId.fresh(clock, random), order), once, queueLimit);
    if (added instanceof BuildLedger.Fresh fresh) {
      dispatcher.added(fresh.build());
    }
    return added;
  }

  /** What is said of {@link BuildLedger.ProjectTaken}. */
  public static Problem projectTaken(Order order) {
    return Problem.unprocessable(
        "project-taken",
        "The GitLab project %s, which the registry gives to %s, is another repository's already."
            .formatted(order.project(), order.repo()));
  }

  /** Builds that may wait. */
  public int queueLimit() {
    return queueLimit;
  }
}

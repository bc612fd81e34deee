package org.newci.controller.submit;

import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.Order;
import org.newci.controller.queue.Dispatcher;
import org.newci.controller.registry.ProjectClaims;
import org.newci.controller.registry.RepoUrl;
import org.newci.shell.problem.Problem;

/** Puts an order that was decided on into the queue: the one way in, for people and for pushes. */
public final class Intake {

  private final BuildLedger ledger;
  private final ProjectClaims claims;
  private final Dispatcher dispatcher;
  private final int queueLimit;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param queueLimit builds that may wait
   */
  public Intake(
      BuildLedger ledger,
      ProjectClaims claims,
      Dispatcher dispatcher,
      int queueLimit,
      Clock clock) {
    this.ledger = ledger;
    this.claims = claims;
    this.dispatcher = dispatcher;
    this.queueLimit = queueLimit;
    this.clock = clock;
  }

  /** Adds it; a GitLab project that another repository holds is a 422. */
  public BuildLedger.Added add(Order order, BuildLedger.@Nullable OnceKey once) {
    RepoUrl repo = RepoUrl.parse(order.repo());
    if (!claims.claim(order.project(), repo)) {
      throw Problem.unprocessable(
          "project-taken",
          "The GitLab project %s, which the registry gives to %s, is another repository's already."
              .formatted(order.project(), order.repo()));
    }
    BuildLedger.Added added =
        ledger.add(Build.of(BuildId.fresh(clock, random), order), once, queueLimit);
    if (added instanceof BuildLedger.Fresh fresh) {
      dispatcher.added(fresh.build());
    }
    return added;
  }

  /** Builds that may wait. */
  public int queueLimit() {
    return queueLimit;
  }
}

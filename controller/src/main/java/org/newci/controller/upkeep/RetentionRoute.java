package org.newci.controller.upkeep;

import io.javalin.http.Context;
import org.newci.contracts.store.RetentionRequest;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** {@code /store/retention}: by hand, and what the schedule did last. */
public final class RetentionRoute {

  private final Retention retention;
  private final RetentionSchedule schedule;

  public RetentionRoute(Retention retention, RetentionSchedule schedule) {
    this.retention = retention;
    this.schedule = schedule;
  }

  /** Removes, or says what would go. */
  public void post(Context ctx) {
    RetentionRequest request = ProblemPages.body(ctx, RetentionRequest.class, true);
    if (request.keep() != null) {
      throw Problem.badRequest("The field 'keep' is the controller's to fill in.");
    }
    ctx.json(retention.run(request));
  }

  /** The schedule's rules and its last report. */
  public void get(Context ctx) {
    ctx.json(schedule.view());
  }
}

package org.newci.controller.submit;

import io.javalin.http.Context;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.newci.auth.Caller;
import org.newci.auth.Scope;
import org.newci.contracts.controller.CdAnswer;
import org.newci.contracts.controller.CdRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildLedger.OnceKey;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Order;
import org.newci.controller.build.Priority;
import org.newci.controller.registry.Asked;
import org.newci.controller.registry.Person;
import org.newci.controller.registry.ProjectName;
import org.newci.controller.registry.Verdict;
import org.newci.controller.show.PathBuild;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** {@code POST /cd} and {@code POST /builds/ID/retry}: what puts a build into the queue. */
public final class SubmitRoutes {

  private static final int LONGEST_KEY = 255;
  private static final String RETRY_AFTER_S = "30";

  /** Who may have what built: the registry in force. */
  public interface Rules {
    Verdict decide(Asked asked, Person person);
  }

  private final Intake intake;
  private final PathBuild builds;
  private final Rules rules;
  private final Clock clock;

  public SubmitRoutes(Intake intake, PathBuild builds, Rules rules, Clock clock) {
    this.intake = intake;
    this.builds = builds;
    this.rules = rules;
    this.clock = clock;
  }

  /** Takes an order. */
  public void cd(Context ctx) {
    CdRequest request = ProblemPages.body(ctx, CdRequest.class, true);
    Asked asked = Asked.of(request);
    Priority priority = priority(request, BearerGate.caller(ctx));
    Person person = Person.of(BearerGate.caller(ctx));
    Verdict.Allowed allowed = allowed(asked, person);
    Order order =
        new Order(
            asked.repo().text(),
            asked.ref(),
            asked.artifact(),
            asked.publishedName(),
            allowed.project(),
            person.subject(),
            null,
            null,
            clock.instant(),
            allowed.grant(),
            asked.also(),
            priority);
    add(ctx, order, once(ctx, person.subject()));
  }

  /** The same order again, for the commit that the first one was pinned to. */
  public void retry(Context ctx) {
    Build first = builds.findForActing(ctx);
    if (first.state() != BuildState.FINISHED) {
      throw Problem.conflict(
          "The build %s is %s; only a finished build can be tried again."
              .formatted(first.id(), first.state().word()));
    }
    Order old = first.order();
    Asked asked = Asked.of(same(old));
    Person person = Person.of(BearerGate.caller(ctx));
    Verdict.Allowed allowed = allowed(asked, person);
    Order again =
        old.again(first.id(), first.found().source(), person.subject(), clock.instant())
            .urgent(Priority.NORMAL);
    add(ctx, again.granted(allowed.project(), allowed.grant()), null);
  }

  private static Priority priority(CdRequest request, Caller caller) {
    Priority asked = Asked.priority(request);
    if (asked == Priority.HIGH && !caller.may(Scope.CD_HIGH)) {
      throw new Problem(
          403,
          "forbidden",
          "The field 'priority' is 'high', for which the token lacks the scope '%s'."
              .formatted(Scope.CD_HIGH.word()));
    }
    return asked;
  }

  private static CdRequest same(Order old) {
    if (old.also().isEmpty()) {
      return new CdRequest(old.repo(), old.ref(), old.artifact(), old.publishedName());
    }
    List<CdRequest.Item> items =
        old.items().stream()
            .map(item -> new CdRequest.Item(item.artifact(), item.publishedName()))
            .toList();
    return new CdRequest(old.repo(), old.ref(), null, null, items);
  }

  private Verdict.Allowed allowed(Asked asked, Person person) {
    return switch (rules.decide(asked, person)) {
      case Verdict.Allowed allowed -> allowed;
      case Verdict.Refused refused -> throw refused.problem();
    };
  }

  private static @Nullable OnceKey once(Context ctx, String subject) {
    String key = ctx.header("Idempotency-Key");
    if (key == null) {
      return null;
    }
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      throw Problem.badRequest(
          "The header Idempotency-Key has %d characters (expected 1 to %d)."
              .formatted(key.strip().length(), LONGEST_KEY));
    }
    return new OnceKey(subject, key, ProjectName.sha256(ProblemPages.text(ctx)));
  }

  private void add(Context ctx, Order order, @Nullable OnceKey once) {
    switch (intake.add(order, once)) {
      case BuildLedger.Fresh fresh -> accept(ctx, fresh.build().id());
      case BuildLedger.Known known -> accept(ctx, known.id());
      case BuildLedger.ProjectTaken _ -> throw Intake.projectTaken(order);
      case BuildLedger.KeyTaken taken ->
          throw Problem.unprocessable(
              "idempotency-key-reused",
              "The Idempotency-Key was used for another body within the last 24 hours.");
      case BuildLedger.QueueFull full -> {
        ctx.header("Retry-After", RETRY_AFTER_S);
        throw new Problem(
            429,
            "queue-full",
            "%d builds wait already (the limit is %d); try again later."
                .formatted(full.waiting(), intake.queueLimit()));
      }
    }
  }

  private static void accept(Context ctx, BuildId id) {
    ctx.status(202).header("Location", "/builds/" + id).json(new CdAnswer(id.text()));
  }
}

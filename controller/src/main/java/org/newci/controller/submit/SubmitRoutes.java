package org.newci.controller.submit;

import io.javalin.http.Context;
import java.security.SecureRandom;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.controller.CdAnswer;
import org.newci.contracts.controller.CdRequest;
import org.newci.controller.build.Build;
import org.newci.controller.build.BuildId;
import org.newci.controller.build.BuildLedger;
import org.newci.controller.build.BuildLedger.OnceKey;
import org.newci.controller.build.BuildState;
import org.newci.controller.build.Order;
import org.newci.controller.queue.Dispatcher;
import org.newci.controller.show.PathBuild;
import org.newci.shell.edge.BearerGate;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** {@code POST /cd} and {@code POST /builds/ID/retry}: what puts a build into the queue. */
public final class SubmitRoutes {

  private static final int LONGEST_KEY = 255;
  private static final String RETRY_AFTER_S = "30";

  private final BuildLedger ledger;
  private final Dispatcher dispatcher;
  private final HostRule hosts;
  private final int queueLimit;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param loopback true lets sources on this machine's loopback in
   * @param queueLimit builds that may wait
   */
  public SubmitRoutes(
      BuildLedger ledger, Dispatcher dispatcher, boolean loopback, int queueLimit, Clock clock) {
    this.ledger = ledger;
    this.dispatcher = dispatcher;
    this.hosts = new HostRule(loopback);
    this.queueLimit = queueLimit;
    this.clock = clock;
  }

  /** Takes an order. */
  public void cd(Context ctx) {
    CdRequest request = ProblemPages.body(ctx, CdRequest.class, true);
    String subject = BearerGate.caller(ctx).subject();
    add(ctx, order(request, subject), once(ctx, subject));
  }

  /** The same order again, for the commit that the first one was pinned to. */
  public void retry(Context ctx) {
    Build first = PathBuild.find(ledger, ctx);
    if (first.state() != BuildState.FINISHED) {
      throw Problem.conflict(
          "The build %s is %s; only a finished build can be tried again."
              .formatted(first.id(), first.state().word()));
    }
    var source = first.found().source();
    String commit = source != null ? source.commit() : first.order().commit();
    String subject = BearerGate.caller(ctx).subject();
    add(ctx, first.order().again(first.id(), commit, subject, clock.instant()), null);
  }

  private Order order(CdRequest request, String subject) {
    RepoUrl repo = RepoUrl.parse(given("repo", request.repo()));
    hosts.check(repo);
    String ref = Names.ref(given("ref", request.ref()));
    String artifact = request.artifact() == null ? null : Names.artifact(request.artifact());
    String published = request.publishedName();
    if (published != null && artifact == null) {
      throw Problem.badRequest(
          "The field 'published_name' is there, but 'artifact' is not: nothing would be"
              + " published.");
    }
    if (published != null) {
      Names.fileName("published_name", published);
    } else if (artifact != null) {
      published = Names.fileName("artifact", artifact.replaceFirst(".*/", ""));
    }
    return new Order(
        repo.text(),
        ref,
        artifact,
        published,
        ProjectName.of(repo),
        subject,
        null,
        null,
        clock.instant());
  }

  private static String given(String field, @Nullable String value) {
    if (value == null) {
      throw Problem.badRequest("The field '%s' is missing (expected text).".formatted(field));
    }
    return value;
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
    return new OnceKey(subject, key, ProjectName.sha256(ctx.body()));
  }

  private void add(Context ctx, Order order, @Nullable OnceKey once) {
    BuildLedger.Added added =
        ledger.add(Build.of(BuildId.fresh(clock, random), order), once, queueLimit);
    switch (added) {
      case BuildLedger.Fresh fresh -> {
        dispatcher.wake();
        accept(ctx, fresh.build().id());
      }
      case BuildLedger.Known known -> accept(ctx, known.id());
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
                .formatted(full.waiting(), queueLimit));
      }
    }
  }

  private static void accept(Context ctx, BuildId id) {
    ctx.status(202).header("Location", "/builds/" + id).json(new CdAnswer(id.text()));
  }
}

package org.newci.standin.runnerapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.newci.shell.edge.Caller;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobDesk;
import org.newci.standin.pipeline.JobQueue;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.runner.Runner;
import org.newci.standin.runner.RunnerRoutes;
import org.newci.standin.runner.RunnerStore;
import org.newci.standin.user.AccessToken;
import org.newci.standin.user.Secret;

/** A runner proves who it is, and asks for work. */
public final class RequestRoutes {

  private static final String LAST_UPDATE = "X-GitLab-Last-Update";

  private final Database database;
  private final JobDesk desk;
  private final JobQueue queue;
  private final JobPayload payload;
  private final Duration longestPoll;
  // The newest question of each machine: a machine that starts anew leaves its old one behind.
  private final Map<String, Long> newest = new ConcurrentHashMap<>();
  private final AtomicLong questions = new AtomicLong();
  private volatile boolean closing;

  public RequestRoutes(
      Database database, JobDesk desk, JobQueue queue, JobPayload payload, Duration longestPoll) {
    this.database = database;
    this.desk = desk;
    this.queue = queue;
    this.payload = payload;
    this.longestPoll = longestPoll;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.POST, "/api/v4/runners/verify", this::verify)
        .open(HandlerType.DELETE, "/api/v4/runners", this::unregister)
        .open(HandlerType.POST, "/api/v4/runners", RequestRoutes::register)
        .open(HandlerType.DELETE, "/api/v4/runners/managers", this::forgetMachine)
        .open(HandlerType.POST, "/api/v4/runners/reset_authentication_token", this::reset)
        .open(HandlerType.GET, "/api/v4/runners/router/discovery", this::discover)
        .open(HandlerType.POST, "/api/v4/jobs/request", this::request);
  }

  /** Lets go of all who wait. */
  public void close() {
    closing = true;
    queue.nudge();
  }

  private record Asking(Runner runner, String token) {}

  private Asking runner(Context ctx, JsonNode body) {
    String header = ctx.header("RUNNER-TOKEN");
    String token = header == null ? body.path("token").asText("") : header;
    if (token.isEmpty()) {
      throw RestError.parameter("token is missing");
    }
    return new Asking(
        database
            .read(handle -> RunnerStore.byToken(handle, Secret.of(token)))
            .orElseThrow(RestError::forbidden),
        token);
  }

  private void verify(Context ctx) {
    Asking asking = runner(ctx, RunnerBody.of(ctx));
    RestPages.json(ctx, 200, RunnerRoutes.credentials(asking.runner(), asking.token()));
  }

  private void unregister(Context ctx) {
    Asking asking = runner(ctx, RunnerBody.of(ctx));
    database.write(
        handle -> {
          RunnerStore.remove(handle, asking.runner().id());
          return asking;
        });
    ctx.status(204);
  }

  private static void register(Context ctx) {
    throw RestError.message(
        410,
        "410 Gone - Registration tokens are not taken any more: create the runner with POST"
            + " /user/runners and start it with the token of the answer");
  }

  /** One machine of a runner says goodbye; nothing is kept of it but its open question. */
  private void forgetMachine(Context ctx) {
    JsonNode body = RunnerBody.of(ctx);
    Runner runner = runner(ctx, body).runner();
    String system = body.path("system_id").asText("");
    if (system.isEmpty()) {
      throw RestError.parameter("system_id is missing");
    }
    newest.remove(runner.id() + "/" + system);
    ctx.status(204);
  }

  /** A new token in the place of the one that it comes with. */
  private void reset(Context ctx) {
    Runner runner = runner(ctx, RunnerBody.of(ctx)).runner();
    String token = AccessToken.secret("glrt-");
    database.write(
        handle -> {
          RunnerStore.changeToken(handle, runner.id(), Secret.of(token));
          return runner;
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("token", token);
    json.put("token_expires_at", null);
    RestPages.json(ctx, 201, json);
  }

  /** There is no job router: runners then go on asking here. */
  private void discover(Context ctx) {
    runner(ctx, MissingNode.getInstance());
    throw RestError.message(501, "501 Not Implemented");
  }

  private void request(Context ctx) throws InterruptedException {
    JsonNode body = RunnerBody.of(ctx);
    Runner runner = runner(ctx, body).runner();
    if (runner.paused()) {
      noJob(ctx, queue.look());
      return;
    }
    boolean graceful = body.path("info").path("features").path("cancel_gracefully").asBoolean();
    String machine = runner.id() + "/" + body.path("system_id").asText("");
    long question = questions.incrementAndGet();
    if (body.path("last_update").asText("").isEmpty()) {
      newest.put(machine, question);
      queue.nudge();
    }
    try {
      answer(ctx, runner, graceful, () -> newest.getOrDefault(machine, 0L) > question);
    } finally {
      newest.remove(machine, question);
    }
  }

  private void answer(Context ctx, Runner runner, boolean graceful, BooleanSupplier abandoned)
      throws InterruptedException {
    long end = System.nanoTime() + longestPoll.toNanos();
    while (true) {
      JobQueue.Look look = queue.look();
      boolean left = closing || abandoned.getAsBoolean() || Caller.isGone(ctx);
      Optional<Job> job = left ? Optional.empty() : desk.claim(runner, graceful);
      if (job.isPresent()) {
        RestPages.json(ctx, 201, payload.of(job.get(), runner));
        return;
      }
      long rest = end - System.nanoTime();
      if (left || rest <= 0) {
        noJob(ctx, look);
        return;
      }
      queue.await(look, Duration.ofNanos(rest));
    }
  }

  private static void noJob(Context ctx, JobQueue.Look look) {
    ctx.header(LAST_UPDATE, Long.toString(look.mark(), 36));
    ctx.status(204);
  }
}

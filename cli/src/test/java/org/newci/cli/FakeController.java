package org.newci.cli;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.newci.contracts.controller.BuildView;
import org.newci.contracts.controller.CdAnswer;
import org.newci.contracts.controller.CdRequest;
import org.newci.contracts.controller.ReplayView;
import org.newci.contracts.controller.RollbackAnswer;
import org.newci.contracts.controller.RollbackRequest;
import org.newci.contracts.controller.StepView;
import org.newci.contracts.controller.StopRequest;
import org.newci.contracts.controller.StopView;
import org.newci.contracts.controller.WhyView;
import org.newci.contracts.store.CheckReport;
import org.newci.contracts.store.RetentionReport;
import org.newci.contracts.store.RetentionRequest;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** A controller, and an artifact store, that answer what the test laid out. */
final class FakeController implements AutoCloseable {

  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

  /** Answers to looks at a build, one after another; the last one stays. */
  final Deque<BuildView> looks = new ArrayDeque<>();

  final List<CdRequest> submitted = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  final List<RollbackRequest> rolledBack = new ArrayList<>();
  final List<RetentionRequest> retained = new ArrayList<>();

  /** Answers about a check, one after another. */
  final Deque<CheckReport> checks = new ArrayDeque<>();

  /** Answers to replays, one after another. */
  final Deque<ReplayView> replays = new ArrayDeque<>();

  String log = "";

  /** What the command printed. */
  String out = "";

  String err = "";

  private final Edge edge =
      Edge.start(
          EdgeConfig.plainLoopback(),
          new EdgeSpec()
              .open(HandlerType.POST, "/cd", ctx -> submit(ctx))
              .open(HandlerType.POST, "/rollback", ctx -> rollback(ctx))
              .open(HandlerType.POST, "/store/retention", ctx -> retain(ctx))
              .open(HandlerType.POST, "/check", ctx -> check(ctx))
              .open(HandlerType.GET, "/check", ctx -> ctx.json(checks.removeFirst()))
              .open(HandlerType.GET, "/builds/{id}", ctx -> ctx.json(look(ctx.pathParam("id"))))
              .open(
                  HandlerType.GET,
                  "/builds/{id}/log",
                  ctx -> {
                    int offset = Integer.parseInt(ctx.queryParam("offset"));
                    asked.add("log from " + offset);
                    ctx.result(log.substring(Math.min(offset, log.length())));
                  })
              .open(
                  HandlerType.POST,
                  "/builds/{id}/cancel",
                  ctx -> {
                    asked.add("cancel");
                    ctx.status(202).json(Map.of());
                  })
              .open(HandlerType.GET, "/replay", ctx -> replay(ctx))
              .open(HandlerType.GET, "/builds/{id}/why", ctx -> ctx.json(why(ctx.pathParam("id"))))
              .open(HandlerType.POST, "/stop", ctx -> stop(ctx, "stop"))
              .open(HandlerType.POST, "/resume", ctx -> stop(ctx, "resume"))
              .open(
                  HandlerType.POST,
                  "/builds/{id}/retry",
                  ctx -> ctx.status(202).json(new CdAnswer("again"))));

  private void submit(Context ctx) {
    if (!"Bearer a.b.c".equals(ctx.header("Authorization"))) {
      throw new Problem(401, "unauthorized", "The bearer token is refused.");
    }
    submitted.add(ProblemPages.body(ctx, CdRequest.class, true));
    ctx.status(202).json(new CdAnswer("the-id"));
  }

  private void replay(Context ctx) {
    asked.add("replay after " + ctx.queryParam("after"));
    ctx.json(replays.removeFirst());
  }

  private static WhyView why(String id) {
    return new WhyView(
        id,
        "queued",
        null,
        "Waits for its turn.",
        List.of(
            new WhyView.Condition("project-free", false, START, "Build x is under way."),
            new WhyView.Condition("place-free", true, null, "There is a place.")));
  }

  private void stop(Context ctx, String what) {
    StopRequest request = ProblemPages.body(ctx, StopRequest.class, true);
    asked.add("%s %s %s".formatted(what, request.reason(), request.environment()));
    List<String> goingOn = what.equals("stop") ? List.of("b-7") : null;
    ctx.json(new StopView(request.environment(), "" + request.reason(), "me", START, goingOn));
  }

  private void rollback(Context ctx) {
    RollbackRequest request = ProblemPages.body(ctx, RollbackRequest.class, true);
    if ("nothing".equals(request.name())) {
      throw Problem.notFound("Nothing was served as 'nothing' before.");
    }
    rolledBack.add(request);
    ctx.json(
        new RollbackAnswer(
            "test", request.name(), "https://x/hello", "ab12", true, "me", request.why()));
  }

  private void retain(Context ctx) {
    RetentionRequest request = ProblemPages.body(ctx, RetentionRequest.class, true);
    retained.add(request);
    ctx.json(
        new RetentionReport(
            request.dryRun(), START, 2, 345, 1, 3, 4, List.of("sha256:ab\u001b[1m", "log of b")));
  }

  private void check(Context ctx) {
    asked.add("check " + ctx.queryParam("remove_orphans"));
    ctx.status(202).json(checks.removeFirst());
  }

  static CheckReport check(String state, List<String> damaged, List<String> orphans) {
    return new CheckReport(state, START, START, 7, 99, damaged, List.of(), orphans, 0);
  }

  private BuildView look(String id) {
    if (id.equals("unknown")) {
      throw Problem.notFound("There is no build 'unknown'.");
    }
    return looks.size() > 1 ? looks.removeFirst() : looks.getFirst();
  }

  static BuildView build(String outcome, StepView... steps) {
    return new BuildView(
        "the-id",
        "git://x/y",
        "main",
        null,
        null,
        "me",
        outcome == null ? "building" : "finished",
        outcome,
        "it is \u001b[31mso\u001b[0m",
        null,
        null,
        null,
        "succeeded".equals(outcome) ? "https://localhost:1/hello" : null,
        null,
        List.of(steps),
        START,
        outcome == null ? null : START.plusSeconds(2),
        null);
  }

  static StepView step(String name, String result) {
    boolean ended = !result.equals("running");
    return new StepView(name, START, ended ? START.plusMillis(1500) : null, result, "did " + name);
  }

  /** Runs {@code newci} against this controller; answers the exit code. */
  int newci(String... arguments) {
    String url = "http://localhost:" + edge.port();
    return newci(
        Map.of("NEWCI_URL", url, "NEWCI_BLOBS_URL", url, "NEWCI_TOKEN", "a.b.c"), arguments);
  }

  int newci(Map<String, String> env, String... arguments) {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    Map<String, String> all = new HashMap<>(Map.of("HOME", "/nonexistent"));
    all.putAll(env);
    int code =
        Main.run(
            new Invocation(
                all,
                "somebody",
                Clock.systemUTC(),
                new PrintStream(outBytes, true, StandardCharsets.UTF_8),
                new PrintStream(errBytes, true, StandardCharsets.UTF_8)),
            arguments);
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return code;
  }

  @Override
  public void close() {
    edge.close();
  }
}

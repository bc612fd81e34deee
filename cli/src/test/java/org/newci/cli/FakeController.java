package org.newci.cli;

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
import org.newci.contracts.controller.StepView;
import org.newci.contracts.controller.StopRequest;
import org.newci.contracts.controller.StopView;
import org.newci.shell.edge.Edge;
import org.newci.shell.edge.EdgeConfig;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.problem.Problem;
import org.newci.shell.problem.ProblemPages;

/** A controller that answers what the test laid out. */
final class FakeController implements AutoCloseable {

  static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

  /** Answers to looks at a build, one after another; the last one stays. */
  final Deque<BuildView> looks = new ArrayDeque<>();

  final List<CdRequest> submitted = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  String log = "";

  /** What the command printed. */
  String out = "";

  String err = "";

  private final Edge edge =
      Edge.start(
          EdgeConfig.plainLoopback(),
          new EdgeSpec()
              .open(HandlerType.POST, "/cd", ctx -> submit(ctx))
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
              .open(HandlerType.POST, "/stop", ctx -> stop(ctx, "stop"))
              .open(HandlerType.POST, "/resume", ctx -> stop(ctx, "resume"))
              .open(
                  HandlerType.POST,
                  "/builds/{id}/retry",
                  ctx -> ctx.status(202).json(new CdAnswer("again"))));

  private void submit(io.javalin.http.Context ctx) {
    if (!"Bearer a.b.c".equals(ctx.header("Authorization"))) {
      throw new Problem(401, "unauthorized", "The bearer token is refused.");
    }
    submitted.add(ProblemPages.body(ctx, CdRequest.class, true));
    ctx.status(202).json(new CdAnswer("the-id"));
  }

  private void stop(io.javalin.http.Context ctx, String what) {
    StopRequest request = ProblemPages.body(ctx, StopRequest.class, true);
    asked.add("%s %s %s".formatted(what, request.reason(), request.environment()));
    ctx.json(new StopView(request.environment(), "" + request.reason(), "me", START));
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
        outcome == null ? null : START.plusSeconds(2));
  }

  static StepView step(String name, String result) {
    boolean ended = !result.equals("running");
    return new StepView(name, START, ended ? START.plusMillis(1500) : null, result, "did " + name);
  }

  /** Runs {@code newci} against this controller; answers the exit code. */
  int newci(String... arguments) {
    return newci(
        Map.of("NEWCI_URL", "http://localhost:" + edge.port(), "NEWCI_TOKEN", "a.b.c"), arguments);
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

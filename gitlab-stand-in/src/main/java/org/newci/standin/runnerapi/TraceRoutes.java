package org.newci.standin.runnerapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.shell.problem.ProblemPages;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobDesk;
import org.newci.standin.pipeline.JobFiles;
import org.newci.standin.rest.RestError;

/** A runner sends the log of its job piece by piece, and says how the job stands. */
public final class TraceRoutes {

  /** A job with a longer log fails. */
  public static final long LARGEST_TRACE = 64L * 1024 * 1024;

  private static final Pattern RANGE = Pattern.compile("(\\d{1,18})-(\\d{1,18})");
  // Logs are looked at while they grow, and a cancelled job shall end soon: one second.
  private static final String INTERVAL = "1";

  private final JobGate gate;
  private final JobDesk desk;
  private final JobFiles files;
  private final long largest;

  public TraceRoutes(JobGate gate, JobDesk desk, JobFiles files, long largest) {
    this.gate = gate;
    this.desk = desk;
    this.files = files;
    this.largest = largest;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.PATCH, "/api/v4/jobs/{id}/trace", this::append)
        .open(HandlerType.PUT, "/api/v4/jobs/{id}", this::update);
  }

  private void append(Context ctx) {
    Job job = gate.running(ctx, MissingNode.getInstance());
    String header = ctx.header("Content-Range");
    Matcher range = RANGE.matcher(header == null ? "" : header.strip());
    if (!range.matches()) {
      throw RestError.message(400, "400 Missing header Content-Range");
    }
    byte[] bytes = ProblemPages.bytes(ctx);
    desk.heard(job);
    long start = Long.parseLong(range.group(1));
    if (start + bytes.length > largest) {
      desk.finish(job.id(), new JobDesk.Ending(false, "trace_size_exceeded", null));
      ctx.header("Job-Status", "failed");
      throw RestError.message(403, "403 Forbidden  - Trace size exceeded");
    }
    boolean added = files.append(job, start, bytes);
    ctx.header("Range", "0-" + files.traceSize(job));
    ctx.header("X-GitLab-Trace-Update-Interval", INTERVAL);
    ctx.status(added ? 202 : 416);
    ctx.result(added ? "0-" + files.traceSize(job) : "");
  }

  private void update(Context ctx) {
    JsonNode body = RunnerBody.of(ctx);
    Job job = gate.running(ctx, body);
    ctx.header("X-GitLab-Trace-Update-Interval", INTERVAL);
    String state = body.path("state").asText("");
    switch (state) {
      case "running", "pending" -> {
        desk.heard(job);
        number(ctx, 200);
      }
      case "success", "failed" -> finish(ctx, job, body, state.equals("success"));
      default ->
          throw RestError.message(400, "400 Bad Request: unknown state '%s'".formatted(state));
    }
  }

  private void finish(Context ctx, Job job, JsonNode body, boolean success) {
    if (!hasWholeTrace(job, body)) {
      // The runner sends all of it again, from the beginning.
      files.forgetTrace(job);
      desk.heard(job);
      number(ctx, 412);
      return;
    }
    String reason = success ? null : body.path("failure_reason").asText("unknown_failure");
    desk.finish(job.id(), new JobDesk.Ending(success, reason, exitCode(body)))
        .ifPresentOrElse(
            ended -> {
              JobGate.status(ctx, ended);
              number(ctx, 200);
            },
            () -> {
              throw RestError.message(403, "403 Forbidden  - Job is not running");
            });
  }

  private static @Nullable Integer exitCode(JsonNode body) {
    return body.path("exit_code").isInt() ? body.path("exit_code").asInt() : null;
  }

  private boolean hasWholeTrace(Job job, JsonNode body) {
    JsonNode output = body.path("output");
    String checksum = output.path("checksum").asText(body.path("checksum").asText(""));
    if (output.path("bytesize").isNumber()
        && output.path("bytesize").asLong() != files.traceSize(job)) {
      return false;
    }
    return !checksum.startsWith("crc32:") || checksum.equals(files.traceChecksum(job));
  }

  private static void number(Context ctx, int status) {
    ctx.status(status).result(String.valueOf(status)).contentType("application/json");
  }
}

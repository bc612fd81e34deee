package org.newci.standin.runnerapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.util.OptionalLong;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobDesk;
import org.newci.standin.pipeline.JobTokens;
import org.newci.standin.rest.RestError;

/** Lets the runner of a job in, known by the job's token. */
public final class JobGate {

  private final JobDesk desk;
  private final JobTokens tokens;

  public JobGate(JobDesk desk, JobTokens tokens) {
    this.desk = desk;
    this.tokens = tokens;
  }

  /** The job of the path, in any state: 403 for a wrong token, 404 when the job is gone. */
  Job known(Context ctx, JsonNode body) {
    String header = ctx.header("JOB-TOKEN");
    String token = header == null ? body.path("token").asText("") : header;
    String given = token.isEmpty() ? String.valueOf(ctx.queryParam("token")) : token;
    OptionalLong id = tokens.jobOf(given);
    if (id.isEmpty() || !ctx.pathParam("id").equals(String.valueOf(id.getAsLong()))) {
      throw RestError.forbidden();
    }
    return desk.find(id.getAsLong()).orElseThrow(RestError::gone);
  }

  /** The same, but 403 when no runner has the job any more. */
  Job running(Context ctx, JsonNode body) {
    Job job = known(ctx, body);
    status(ctx, job);
    if (!job.state().isWithRunner()) {
      throw RestError.message(403, "403 Forbidden  - Job is not running");
    }
    return job;
  }

  /** Tells the runner how its job stands. */
  static void status(Context ctx, Job job) {
    ctx.header("Job-Status", job.state().word());
  }

  /** Whether that token is a running job's of that project. */
  public boolean mayRead(String token, long projectId) {
    OptionalLong id = tokens.jobOf(token);
    return id.isPresent()
        && desk.find(id.getAsLong())
            .filter(job -> job.projectId() == projectId && job.state().isWithRunner())
            .isPresent();
  }
}

package org.newci.standin.pipeline;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/jobs}; what their runners handed in: {@link JobArtifactRoutes}. */
public final class JobRoutes {

  private static final String JOBS = "/api/v4/projects/{id}/jobs";
  private static final String JOB = JOBS + "/{job}";
  private static final List<String> SCOPES =
      List.of(
          "created",
          "pending",
          "running",
          "failed",
          "success",
          "canceling",
          "canceled",
          "skipped",
          "waiting_for_resource",
          "waiting_for_callback",
          "preparing",
          "manual",
          "scheduled");

  private final Database database;
  private final ProjectAccess access;
  private final JobView view;
  private final JobFiles files;
  private final PipelineDesk desk;
  private final URI base;

  public JobRoutes(PipelineRoutes.Reading reading, JobFiles files, PipelineDesk desk, URI base) {
    this.database = reading.database();
    this.access = reading.access();
    this.view = reading.view();
    this.files = files;
    this.desk = desk;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, JOBS, this::list)
        .open(HandlerType.GET, JOB, this::read)
        .open(HandlerType.GET, JOB + "/trace", this::trace)
        .open(HandlerType.POST, JOB + "/cancel", act(201, (job, ctx) -> desk.cancel(job)))
        .open(HandlerType.POST, JOB + "/retry", act(201, (job, ctx) -> desk.retry(job)))
        .open(HandlerType.POST, JOB + "/erase", act(201, (job, ctx) -> desk.erase(job)))
        .open(
            HandlerType.POST,
            JOB + "/play",
            act(
                200,
                (job, ctx) -> desk.play(job, GivenVariables.of(ctx, "job_variables_attributes"))));
  }

  /** The states that a list is narrowed to; an unknown one is a 400. */
  static List<String> scope(Params params) {
    List<String> scope = params.words("scope");
    if (!SCOPES.containsAll(scope)) {
      throw RestError.parameter("scope does not have a valid value");
    }
    return scope;
  }

  private void list(Context ctx) {
    Visit visit = access.visible(ctx);
    Params params = Params.of(ctx);
    Page page = Page.of(params);
    List<String> scope = scope(params);
    long id = visit.project().id();
    List<Job> slice =
        database.read(handle -> JobStore.ofProject(handle, id, scope, page.offset(), page.size()));
    long total = database.read(handle -> JobStore.count(handle, id, scope));
    page.answer(ctx, base, slice, total, job -> view.json(visit.project(), job));
  }

  private void read(Context ctx) {
    Visit visit = access.visible(ctx);
    Job job = view.job(visit.project(), ctx.pathParam("job"));
    RestPages.json(ctx, 200, view.json(visit.project(), job));
  }

  private void trace(Context ctx) throws IOException {
    Visit visit = access.visible(ctx);
    Path file = files.trace(view.job(visit.project(), ctx.pathParam("job")));
    ctx.contentType("text/plain");
    if (Files.exists(file)) {
      ctx.res().setContentLengthLong(Files.size(file));
      Files.copy(file, ctx.res().getOutputStream());
    } else {
      ctx.result("");
    }
  }

  private interface Action {
    Job apply(Job job, Context ctx);
  }

  private io.javalin.http.Handler act(int status, Action action) {
    return ctx -> {
      Visit visit = access.developer(ctx);
      Job after = action.apply(view.job(visit.project(), ctx.pathParam("job")), ctx);
      RestPages.json(ctx, status, view.json(visit.project(), after));
    };
  }
}

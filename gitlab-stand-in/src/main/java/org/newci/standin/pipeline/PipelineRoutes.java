package org.newci.standin.pipeline;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** {@code /projects/:id/pipelines}, and {@code POST /projects/:id/pipeline}. */
public final class PipelineRoutes {

  private static final String PROJECT = "/api/v4/projects/{id}";
  private static final String PIPELINES = PROJECT + "/pipelines";
  private static final String PIPELINE = PIPELINES + "/{pipeline}";

  private final Database database;
  private final ProjectAccess access;
  private final PipelineStart start;
  private final PipelineDesk desk;
  private final JobView view;
  private final TestReports reports;
  private final URI base;

  /** What pipelines are read by. */
  public record Reading(
      Database database, ProjectAccess access, JobView view, TestReports reports) {}

  public PipelineRoutes(Reading reading, PipelineStart start, PipelineDesk desk, URI base) {
    this.database = reading.database();
    this.access = reading.access();
    this.view = reading.view();
    this.reports = reading.reports();
    this.start = start;
    this.desk = desk;
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.POST, PROJECT + "/pipeline", this::create)
        .open(HandlerType.GET, PIPELINES, this::list)
        .open(HandlerType.GET, PIPELINES + "/latest", this::latest)
        .open(HandlerType.GET, PIPELINE, this::read)
        .open(HandlerType.GET, PIPELINE + "/jobs", this::jobs)
        .open(HandlerType.GET, PIPELINE + "/bridges", this::bridges)
        .open(HandlerType.GET, PIPELINE + "/variables", this::variables)
        .open(HandlerType.GET, PIPELINE + "/test_report", this::testReport)
        .open(HandlerType.GET, PIPELINE + "/test_report_summary", this::testReportSummary)
        .open(HandlerType.POST, PIPELINE + "/cancel", this::cancel)
        .open(HandlerType.POST, PIPELINE + "/retry", this::retry)
        .open(HandlerType.DELETE, PIPELINE, this::delete);
  }

  private void create(Context ctx) {
    Visit visit = access.developer(ctx);
    Params params = Params.of(ctx).refuse(List.of("inputs"));
    String ref = params.required("ref");
    List<GivenVariable> variables = GivenVariables.of(ctx, "variables");
    switch (start.onRequest(visit.project(), visit.user(), ref, variables)) {
      case PipelineStart.Outcome.Begun begun -> answer(ctx, 201, visit.project(), begun.pipeline());
      case PipelineStart.Outcome.None none -> throw RestError.field("base", none.why());
    }
  }

  private void list(Context ctx) {
    Visit visit = access.visible(ctx);
    Params params = Params.of(ctx);
    PipelineFilter filter = PipelineFilter.of(params, visit.project().id());
    Page page = Page.of(params);
    long total = database.read(handle -> PipelineStore.count(handle, filter));
    List<Pipeline> slice =
        database.read(handle -> PipelineStore.list(handle, filter, page.offset(), page.size()));
    page.answer(ctx, base, slice, total, pipeline -> view.basic(visit.project(), pipeline));
  }

  private void latest(Context ctx) {
    Visit visit = access.visible(ctx);
    String ref = Params.of(ctx).text("ref", String.valueOf(visit.project().defaultBranch()));
    Optional<Pipeline> found =
        start
            .head(visit.project(), ref)
            .flatMap(
                head ->
                    database.read(
                        handle ->
                            PipelineStore.latest(handle, visit.project().id(), ref, head.sha())));
    // GitLab asks whether the caller may read a pipeline that is not there, and says no.
    answer(ctx, 200, visit.project(), found.orElseThrow(RestError::forbidden));
  }

  private Pipeline pipeline(Context ctx, Project project) {
    return view.pipeline(project, ctx.pathParam("pipeline"));
  }

  private void read(Context ctx) {
    Visit visit = access.visible(ctx);
    answer(ctx, 200, visit.project(), pipeline(ctx, visit.project()));
  }

  private void answer(Context ctx, int status, Project project, Pipeline pipeline) {
    RestPages.json(ctx, status, view.full(project, pipeline));
  }

  private void jobs(Context ctx) {
    Visit visit = access.visible(ctx);
    Pipeline pipeline = pipeline(ctx, visit.project());
    Params params = Params.of(ctx);
    Page page = Page.of(params);
    List<String> scope = JobRoutes.scope(params);
    boolean retried = params.flag("include_retried", false);
    List<Job> all =
        database.read(handle -> JobStore.ofPipeline(handle, pipeline.id())).stream()
            .filter(job -> retried || !job.retried())
            .filter(job -> scope.isEmpty() || scope.contains(job.state().word()))
            .toList();
    // GitLab lists the newest job first.
    List<Job> slice = all.reversed().stream().skip(page.offset()).limit(page.size()).toList();
    page.answer(ctx, base, slice, all.size(), job -> view.json(visit.project(), pipeline, job));
  }

  private void bridges(Context ctx) {
    Visit visit = access.visible(ctx);
    pipeline(ctx, visit.project());
    // No job here starts another pipeline.
    Page.of(Params.of(ctx)).answer(ctx, base, List.of(), 0, job -> job);
  }

  private void variables(Context ctx) {
    Visit visit = access.developer(ctx);
    RestPages.json(
        ctx,
        200,
        pipeline(ctx, visit.project()).variables().stream().map(GivenVariable::json).toList());
  }

  private void testReport(Context ctx) {
    Visit visit = access.visible(ctx);
    RestPages.json(ctx, 200, reports.of(pipeline(ctx, visit.project())).json());
  }

  private void testReportSummary(Context ctx) {
    Visit visit = access.visible(ctx);
    RestPages.json(ctx, 200, reports.of(pipeline(ctx, visit.project())).summary());
  }

  private void cancel(Context ctx) {
    Visit visit = access.developer(ctx);
    answer(ctx, 200, visit.project(), desk.cancel(pipeline(ctx, visit.project())));
  }

  private void retry(Context ctx) {
    Visit visit = access.developer(ctx);
    answer(ctx, 201, visit.project(), desk.retry(pipeline(ctx, visit.project())));
  }

  private void delete(Context ctx) {
    Visit visit = access.owner(ctx);
    Pipeline pipeline = pipeline(ctx, visit.project());
    desk.delete(pipeline);
    start.forget(pipeline);
    ctx.status(204);
  }
}

package org.newci.standin.pipeline;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.git.Commit;
import org.newci.standin.git.Repositories;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Page;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;
import org.newci.standin.runner.RunnerStore;
import org.newci.standin.user.Users;

/** {@code /projects/:id/pipelines} and {@code /projects/:id/jobs}. */
public final class PipelineRoutes {

  private static final String PIPELINES = "/api/v4/projects/{id}/pipelines";
  private static final String PIPELINE = PIPELINES + "/{pipeline}";
  private static final String JOBS = "/api/v4/projects/{id}/jobs";
  private static final String JOB = JOBS + "/{job}";
  private static final List<String> ORDERS =
      List.of("id", "status", "ref", "updated_at", "user_id");

  private static final List<String> NOT_FILTERED =
      List.of(
          "scope",
          "yaml_errors",
          "username",
          "name",
          "updated_after",
          "updated_before",
          "created_after",
          "created_before");

  private final Database database;
  private final ProjectAccess access;
  private final Users users;
  private final Repositories repositories;
  private final JobFiles files;
  private final JobDesk desk;
  private final PipelineJson json;
  private final URI base;

  /** What the routes look things up in. */
  public record Sources(
      Database database,
      ProjectAccess access,
      Users users,
      Repositories repositories,
      JobFiles files) {}

  public PipelineRoutes(Sources sources, JobDesk desk, URI base) {
    this.database = sources.database();
    this.access = sources.access();
    this.users = sources.users();
    this.repositories = sources.repositories();
    this.files = sources.files();
    this.desk = desk;
    this.json = new PipelineJson(base);
    this.base = base;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, PIPELINES, this::list)
        .open(HandlerType.GET, PIPELINE, this::read)
        .open(HandlerType.GET, PIPELINE + "/jobs", this::pipelineJobs)
        .open(HandlerType.POST, PIPELINE + "/cancel", this::cancelPipeline)
        .open(HandlerType.GET, JOBS, this::jobs)
        .open(HandlerType.GET, JOB, this::job)
        .open(HandlerType.GET, JOB + "/trace", this::trace)
        .open(HandlerType.GET, JOB + "/artifacts", this::artifacts)
        .open(HandlerType.POST, JOB + "/cancel", this::cancelJob);
  }

  private void list(Context ctx) {
    Visit visit = access.visible(ctx);
    Params params = Params.of(ctx).refuse(NOT_FILTERED);
    Map<String, String> equal = new LinkedHashMap<>();
    for (String name : List.of("sha", "ref", "status", "source")) {
      String value = params.text(name);
      if (value != null) {
        equal.put(name, value);
      }
    }
    PipelineStore.Filter filter =
        new PipelineStore.Filter(
            visit.project().id(),
            equal,
            params.word("order_by", "id", ORDERS),
            params.word("sort", "desc", List.of("asc", "desc")));
    Page page = Page.of(params);
    long total = database.read(handle -> PipelineStore.count(handle, filter));
    List<Pipeline> slice =
        database.read(handle -> PipelineStore.list(handle, filter, page.offset(), page.size()));
    page.answer(ctx, base, slice, total, pipeline -> json.basic(visit.project(), pipeline));
  }

  private Pipeline pipeline(Context ctx, Project project) {
    long id = number(ctx.pathParam("pipeline"));
    return database
        .read(handle -> PipelineStore.byId(handle, id))
        .filter(pipeline -> pipeline.projectId() == project.id())
        .orElseThrow(() -> RestError.message(404, "404 Not found"));
  }

  private Job jobOf(Context ctx, Project project) {
    return desk.find(number(ctx.pathParam("job")))
        .filter(job -> job.projectId() == project.id())
        .orElseThrow(() -> RestError.message(404, "404 Not Found"));
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,18}")) {
      throw RestError.parameter("id is invalid");
    }
    return Long.parseLong(text);
  }

  private void read(Context ctx) {
    Visit visit = access.visible(ctx);
    answer(ctx, 200, visit.project(), pipeline(ctx, visit.project()));
  }

  private void answer(Context ctx, int status, Project project, Pipeline pipeline) {
    RestPages.json(ctx, status, json.full(project, pipeline, users.byId(pipeline.userId())));
  }

  private void cancelPipeline(Context ctx) {
    Visit visit = access.developer(ctx);
    Pipeline pipeline = pipeline(ctx, visit.project());
    answer(ctx, 200, visit.project(), desk.cancelPipeline(pipeline));
  }

  private void pipelineJobs(Context ctx) {
    Visit visit = access.visible(ctx);
    Pipeline pipeline = pipeline(ctx, visit.project());
    Params params = Params.of(ctx);
    Page page = Page.of(params);
    List<String> scope = params.words("scope");
    List<Job> all =
        database.read(handle -> JobStore.ofPipeline(handle, pipeline.id())).stream()
            .filter(job -> scope.isEmpty() || scope.contains(job.state().word()))
            .toList();
    // GitLab lists the newest job first.
    List<Job> slice = all.reversed().stream().skip(page.offset()).limit(page.size()).toList();
    Optional<Commit> commit = repositories.commit(visit.project().id(), pipeline.sha());
    page.answer(
        ctx,
        base,
        slice,
        all.size(),
        job -> json.job(job, around(visit.project(), pipeline, commit, job)));
  }

  private void jobs(Context ctx) {
    Visit visit = access.visible(ctx);
    Page page = Page.of(Params.of(ctx).refuse(List.of("scope")));
    long id = visit.project().id();
    List<Job> slice =
        database.read(handle -> JobStore.ofProject(handle, id, page.offset(), page.size()));
    long total = database.read(handle -> JobStore.count(handle, id));
    page.answer(ctx, base, slice, total, job -> whole(visit.project(), job));
  }

  private Map<String, Object> whole(Project project, Job job) {
    Pipeline pipeline =
        database
            .read(handle -> PipelineStore.byId(handle, job.pipelineId()))
            .orElseThrow(() -> RestError.message(404, "404 Not Found"));
    return json.job(
        job, around(project, pipeline, repositories.commit(project.id(), pipeline.sha()), job));
  }

  private PipelineJson.Around around(
      Project project, Pipeline pipeline, Optional<Commit> commit, Job job) {
    return new PipelineJson.Around(
        project,
        pipeline,
        users.byId(pipeline.userId()),
        commit,
        Optional.ofNullable(job.runnerId())
            .flatMap(id -> database.read((Handle handle) -> RunnerStore.byId(handle, id))),
        files.traceSize(job));
  }

  private void job(Context ctx) {
    Visit visit = access.visible(ctx);
    RestPages.json(ctx, 200, whole(visit.project(), jobOf(ctx, visit.project())));
  }

  private void cancelJob(Context ctx) {
    Visit visit = access.developer(ctx);
    Job job = jobOf(ctx, visit.project());
    Job after = desk.cancel(job.id()).orElse(job);
    RestPages.json(ctx, 201, whole(visit.project(), after));
  }

  private void trace(Context ctx) throws IOException {
    Visit visit = access.visible(ctx);
    Path file = files.trace(jobOf(ctx, visit.project()));
    ctx.contentType("text/plain");
    if (Files.exists(file)) {
      send(ctx, file);
    } else {
      ctx.result("");
    }
  }

  private void artifacts(Context ctx) throws IOException {
    Visit visit = access.visible(ctx);
    Job job = jobOf(ctx, visit.project());
    sendArchive(ctx, job, files);
  }

  /** Answers with the job's archive, or 404. */
  public static void sendArchive(Context ctx, Job job, JobFiles files) throws IOException {
    Job.Artifacts artifacts = job.artifacts();
    Path file = files.archive(job);
    if (artifacts == null || !Files.exists(file)) {
      throw RestError.message(404, "404 Not Found");
    }
    ctx.contentType("application/zip");
    ctx.header(
        Header.CONTENT_DISPOSITION,
        "attachment; filename=\"%s\"".formatted(artifacts.filename().replaceAll("[\"\r\n]", "_")));
    send(ctx, file);
  }

  private static void send(Context ctx, Path file) throws IOException {
    ctx.res().setContentLengthLong(Files.size(file));
    Files.copy(file, ctx.res().getOutputStream());
  }
}

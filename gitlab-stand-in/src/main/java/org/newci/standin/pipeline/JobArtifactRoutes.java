package org.newci.standin.pipeline;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.database.Database;
import org.newci.standin.project.JobTokenCheck;
import org.newci.standin.project.Project;
import org.newci.standin.project.ProjectAccess;
import org.newci.standin.project.ProjectAccess.Visit;
import org.newci.standin.rest.Params;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** The archives of jobs, whole and file by file (docs: api/job_artifacts). */
public final class JobArtifactRoutes {

  private static final String JOBS = "/api/v4/projects/{id}/jobs";
  private static final String ONE = JOBS + "/{job}/artifacts";
  private static final String OF_REF = JOBS + "/artifacts/{ref}";

  private final Database database;
  private final ProjectAccess access;
  private final JobView view;
  private final JobFiles files;
  private final PipelineDesk desk;
  private final JobTokenCheck jobs;

  public JobArtifactRoutes(
      PipelineRoutes.Reading reading, JobFiles files, PipelineDesk desk, JobTokenCheck jobs) {
    this.jobs = jobs;
    this.database = reading.database();
    this.access = reading.access();
    this.view = reading.view();
    this.files = files;
    this.desk = desk;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.GET, OF_REF + "/download", ctx -> sendArchive(ctx, ofRef(ctx), files))
        .open(HandlerType.GET, OF_REF + "/raw/<path>", ctx -> sendFile(ctx, ofRef(ctx)))
        .open(HandlerType.GET, ONE, ctx -> sendArchive(ctx, byId(ctx), files))
        .open(HandlerType.GET, ONE + "/<path>", ctx -> sendFile(ctx, byId(ctx)))
        .open(HandlerType.POST, ONE + "/keep", this::keep)
        .open(HandlerType.DELETE, ONE, this::delete);
  }

  private Job byId(Context ctx) {
    return view.job(access.readable(ctx, jobs), ctx.pathParam("job"));
  }

  private Job ofRef(Context ctx) {
    Project project = access.readable(ctx, jobs);
    String name = Params.of(ctx).required("job");
    return database
        .read(handle -> JobStore.latestOfRef(handle, project.id(), ctx.pathParam("ref"), name))
        .orElseThrow(() -> RestError.message(404, "404 Not Found"));
  }

  private static Path archive(Job job, JobFiles files) {
    Path file = files.artifact(job, "archive");
    if (job.archive().isEmpty() || !Files.exists(file)) {
      throw RestError.message(404, "404 Not Found");
    }
    return file;
  }

  /** Answers with the job's archive, or 404. */
  public static void sendArchive(Context ctx, Job job, JobFiles files) throws IOException {
    Path file = archive(job, files);
    ctx.contentType("application/zip");
    attachment(ctx, job.archive().orElseThrow().filename());
    ctx.res().setContentLengthLong(Files.size(file));
    Files.copy(file, ctx.res().getOutputStream());
  }

  private static void attachment(Context ctx, String name) {
    ctx.header(
        Header.CONTENT_DISPOSITION,
        "attachment; filename=\"%s\"".formatted(name.replaceAll("[\"\r\n]", "_")));
  }

  private void sendFile(Context ctx, Job job) throws IOException {
    String path = ctx.pathParam("path");
    try (ZipFile zip = new ZipFile(archive(job, files).toFile())) {
      ZipEntry entry = zip.getEntry(path);
      if (entry == null || entry.isDirectory()) {
        throw RestError.message(404, "404 Not Found");
      }
      String type = URLConnection.guessContentTypeFromName(path);
      ctx.contentType(Objects.requireNonNullElse(type, "application/octet-stream"));
      attachment(ctx, path.substring(path.lastIndexOf('/') + 1));
      if (entry.getSize() >= 0) {
        ctx.res().setContentLengthLong(entry.getSize());
      }
      try (InputStream in = zip.getInputStream(entry)) {
        in.transferTo(ctx.res().getOutputStream());
      }
    } catch (ZipException e) {
      throw RestError.message(404, "404 Not Found");
    }
  }

  private void keep(Context ctx) {
    Visit visit = access.developer(ctx);
    Job job = view.job(visit.project(), ctx.pathParam("job"));
    RestPages.json(ctx, 200, view.json(visit.project(), desk.keep(job)));
  }

  private void delete(Context ctx) {
    Visit visit = access.developer(ctx);
    desk.deleteArtifacts(view.job(visit.project(), ctx.pathParam("job")));
    ctx.status(204);
  }
}

package org.newci.standin.runnerapi;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobDesk;
import org.newci.standin.pipeline.JobFiles;
import org.newci.standin.pipeline.PipelineRoutes;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** A runner hands in the archive of its job, and fetches those of the jobs before. */
public final class ArtifactRoutes {

  /** A larger archive is refused. */
  public static final long LARGEST_ARCHIVE = 1L << 30;

  private static final String PATH = "/api/v4/jobs/{id}/artifacts";

  private final JobGate gate;
  private final JobDesk desk;
  private final JobFiles files;
  private final long largest;

  public ArtifactRoutes(JobGate gate, JobDesk desk, JobFiles files, long largest) {
    this.gate = gate;
    this.desk = desk;
    this.files = files;
    this.largest = largest;
  }

  /** Adds the routes. */
  public void addTo(EdgeSpec spec) {
    spec.open(HandlerType.POST, PATH, this::upload).open(HandlerType.GET, PATH, this::download);
  }

  private void upload(Context ctx) throws IOException {
    Job job = gate.running(ctx, MissingNode.getInstance());
    String type = ctx.queryParam("artifact_type");
    String format = ctx.queryParam("artifact_format");
    if ((type != null && !type.equals("archive")) || (format != null && !format.equals("zip"))) {
      throw RestError.message(400, "400 Bad Request: only archives in zip format are taken");
    }
    Path part = files.newUpload(job);
    try {
      MultipartFile file =
          MultipartFile.receive(
              String.valueOf(ctx.contentType()), ctx.req().getInputStream(), part, largest);
      files.keepArchive(job, part);
      desk.artifacts(job, new Job.Artifacts(file.name(), file.size()));
      RestPages.json(ctx, 201, Map.of("message", "201 Created"));
    } catch (MultipartFile.TooLarge e) {
      throw RestError.message(413, "413 Request Entity Too Large");
    } catch (MultipartFile.Malformed e) {
      throw RestError.message(400, "400 Bad request - " + e.getMessage());
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void download(Context ctx) throws IOException {
    PipelineRoutes.sendArchive(ctx, gate.known(ctx, MissingNode.getInstance()), files);
  }
}

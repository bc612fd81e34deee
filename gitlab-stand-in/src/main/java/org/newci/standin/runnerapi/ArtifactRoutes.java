package org.newci.standin.runnerapi;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.newci.shell.edge.EdgeSpec;
import org.newci.standin.ci.ChronicDuration;
import org.newci.standin.pipeline.Dotenv;
import org.newci.standin.pipeline.Job;
import org.newci.standin.pipeline.JobArtifactRoutes;
import org.newci.standin.pipeline.JobDesk;
import org.newci.standin.pipeline.JobFiles;
import org.newci.standin.rest.RestError;
import org.newci.standin.rest.RestPages;

/** A runner hands in the files of its job, and fetches the archives of the jobs before. */
public final class ArtifactRoutes {

  /** A larger archive is refused. */
  public static final long LARGEST_ARCHIVE = 1L << 30;

  private static final long LARGEST_REPORT = 20L << 20;

  private static final Duration LONGEST_TIME = Duration.ofDays(36_500);

  /** GitLab's default (default_artifacts_expire_in). */
  private static final Duration USUAL_TIME = Duration.ofDays(30);

  private static final String ARCHIVE = "archive";
  private static final String DOTENV = "dotenv";
  private static final Map<String, String> FORMATS =
      Map.of(
          ARCHIVE, "zip", DOTENV, "gzip", "junit", "gzip", "cobertura", "gzip", "jacoco", "gzip");
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
    String type = Objects.requireNonNullElse(ctx.queryParam("artifact_type"), ARCHIVE);
    String format = ctx.queryParam("artifact_format");
    String expected = FORMATS.get(type);
    if (expected == null) {
      throw bad("artifact_type does not have a valid value: '%s' is not supported".formatted(type));
    }
    if (format != null && !format.equals(expected)) {
      throw bad("artifact_format of %s is '%s', expected %s".formatted(type, format, expected));
    }
    Duration keepFor = keepFor(ctx.queryParam("expire_in"));
    desk.heard(job);
    long most = type.equals(ARCHIVE) ? largest : Math.min(largest, LARGEST_REPORT);
    Path part = files.newUpload(job);
    try {
      MultipartFile file =
          MultipartFile.receive(
              String.valueOf(ctx.contentType()), ctx.req().getInputStream(), part, most);
      keep(job, new Job.Artifact(type, expected, file.name(), file.size()), part, keepFor);
      RestPages.json(ctx, 201, Map.of("message", "201 Created"));
    } catch (MultipartFile.TooLarge e) {
      throw RestError.message(413, "413 Request Entity Too Large");
    } catch (MultipartFile.Malformed e) {
      throw bad(String.valueOf(e.getMessage()));
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void keep(Job job, Job.Artifact artifact, Path part, @Nullable Duration keepFor)
      throws IOException {
    Path place = files.artifact(job, artifact.type());
    if (Files.exists(place) && job.left().artifact(artifact.type()).isPresent()) {
      if (Files.mismatch(place, part) >= 0) {
        throw bad("another artifact of the same type already exists");
      }
      // The runner did not get the answer of its first try.
      return;
    }
    if (artifact.type().equals(DOTENV)) {
      try {
        desk.dotenv(job, Dotenv.read(Files.readAllBytes(part)));
      } catch (Dotenv.Invalid e) {
        throw bad(String.valueOf(e.getMessage()));
      }
    }
    files.keep(job, artifact.type(), part);
    desk.artifact(job, artifact, keepFor);
  }

  /** How long a file is kept when its job does not say. */
  private static @Nullable Duration keepFor(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return USUAL_TIME;
    }
    if (text.strip().equals("never")) {
      return null;
    }
    return ChronicDuration.parse(text)
        .map(time -> time.compareTo(LONGEST_TIME) < 0 ? time : LONGEST_TIME)
        .orElseThrow(
            () -> bad("expire_in is '%s', expected a time such as 7 days".formatted(text)));
  }

  private static RestError bad(String why) {
    return RestError.message(400, "400 Bad request - " + why);
  }

  private void download(Context ctx) throws IOException {
    JobArtifactRoutes.sendArchive(ctx, gate.known(ctx, MissingNode.getInstance()), files);
  }
}

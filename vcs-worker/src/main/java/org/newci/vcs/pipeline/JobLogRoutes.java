package org.newci.vcs.pipeline;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import okhttp3.Response;
import org.newci.auth.Scope;
import org.newci.shell.edge.EdgeSpec;
import org.newci.vcs.gitlab.GitLab;
import org.newci.vcs.gitlab.GitLabFailure;

/**
 * Hands on a job's log from a given byte. The header {@code X-Newci-Job-Status} has the job's
 * status from just before the log was read: when that is a last one, the answer reaches the log's
 * end.
 */
public final class JobLogRoutes {

  /** Name of the header. */
  public static final String STATUS = "X-Newci-Job-Status";

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final GitLab gitlab;

  public JobLogRoutes(GitLab gitlab) {
    this.gitlab = gitlab;
  }

  /** Adds the route. */
  public void addTo(EdgeSpec spec) {
    spec.route(HandlerType.GET, "/projects/{project}/jobs/{job}/log", Scope.LOG_GET, this::log);
  }

  private void log(Context ctx) throws IOException {
    long project = PathNumbers.path(ctx, "project");
    long job = PathNumbers.path(ctx, "job");
    long offset = PathNumbers.query(ctx, "offset");
    try {
      ctx.header(STATUS, gitlab.job(project, job).status());
      ctx.contentType("text/plain; charset=utf-8");
      String range = offset == 0 ? "" : "bytes=%d-".formatted(offset);
      try (Response response = gitlab.trace(project, job, range, DEADLINE)) {
        InputStream log = response.body().byteStream();
        if (response.code() != 206) {
          // The whole log came: GitLab itself does not cut it.
          skip(log, offset);
        }
        log.transferTo(ctx.outputStream());
      }
    } catch (GitLabFailure e) {
      if (e.status() == 416) {
        // There is nothing from that byte on, yet.
        return;
      }
      throw e.problem();
    }
  }

  private static void skip(InputStream log, long bytes) throws IOException {
    long left = bytes;
    byte[] buffer = new byte[8192];
    while (left > 0) {
      int read = log.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }
}

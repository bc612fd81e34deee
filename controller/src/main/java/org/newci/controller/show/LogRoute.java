package org.newci.controller.show;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import org.newci.controller.build.Build;
import org.newci.controller.effect.LogStore;
import org.newci.shell.peer.PeerFailure;
import org.newci.shell.problem.Problem;

/** {@code GET /builds/ID/log}: text, kept by the store. */
public final class LogRoute {

  private final PathBuild builds;
  private final LogStore logs;

  public LogRoute(PathBuild builds, LogStore logs) {
    this.builds = builds;
    this.logs = logs;
  }

  /** The log so far, from {@code ?offset=} (bytes) on. */
  public void log(Context ctx) throws IOException {
    Build build = builds.find(ctx);
    long offset = offset(ctx.queryParam("offset"));
    try (InputStream log = logs.open(build.id(), offset)) {
      ctx.contentType("text/plain; charset=utf-8").header("X-Content-Type-Options", "nosniff");
      log.transferTo(ctx.outputStream());
    } catch (PeerFailure e) {
      throw Problem.badGateway("log-unavailable", String.valueOf(e.getMessage()));
    }
  }

  private static long offset(@org.jspecify.annotations.Nullable String text) {
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,15}")) {
      throw Problem.badRequest(
          "The parameter 'offset' is '%s' (expected a number of bytes, 0 or more)."
              .formatted(text.length() > 40 ? text.substring(0, 40) : text));
    }
    return Long.parseLong(text);
  }
}

package org.newci.store.log;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.store.LogAnswer;
import org.newci.shell.edge.PathName;
import org.newci.shell.problem.Problem;
import org.newci.store.disk.DiskFull;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code PUT}, {@code GET} and {@code HEAD} of {@code /logs/BUILD}. */
public final class LogRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(LogRoutes.class);
  private static final int BUFFER = 64 * 1024;

  private final LogShelf shelf;

  public LogRoutes(LogShelf shelf) {
    this.shelf = shelf;
  }

  /**
   * Appends the body at {@code ?offset=N}. What the log already has is skipped, so that a repeated
   * append changes nothing; a body that breaks off leaves its beginning.
   */
  public void append(Context ctx) throws IOException {
    LogName build = name(ctx);
    String given = ctx.queryParam("offset");
    if (given == null) {
      throw Problem.badRequest("The parameter 'offset' is missing (expected the log's size).");
    }
    long offset = offset(given);
    InputStream body = ctx.req().getInputStream();
    byte[] buffer = new byte[BUFFER];
    long size = kept(build, offset, buffer, 0);
    for (int n = read(body, buffer); n > 0; n = read(body, buffer)) {
      size = kept(build, offset, buffer, n);
      offset += n;
    }
    ctx.json(new LogAnswer(build.value(), size));
  }

  /** The log from {@code ?offset=N} to where it ends now. */
  public void get(Context ctx) throws IOException {
    long offset = offset(ctx.queryParam("offset"));
    try (FileChannel log = open(ctx)) {
      long size = log.size();
      if (offset > size) {
        throw new Problem(
                416,
                "offset-beyond-end",
                "The log has %d bytes (expected an offset of at most that, not %d)."
                    .formatted(size, offset))
            .with("size", size);
      }
      ctx.contentType("text/plain; charset=utf-8");
      ctx.res().setContentLengthLong(size - offset);
      send(log.position(offset), size - offset, ctx.res().getOutputStream());
    }
  }

  /** The size of the log. */
  public void head(Context ctx) throws IOException {
    try (FileChannel log = open(ctx)) {
      ctx.contentType("text/plain; charset=utf-8");
      ctx.res().setContentLengthLong(log.size());
    }
  }

  private long kept(LogName build, long offset, byte[] bytes, int count) throws IOException {
    ByteBuffer piece = ByteBuffer.wrap(bytes, 0, count);
    var outcome = DiskFull.guard("the log", () -> shelf.append(build, offset, piece));
    return switch (outcome) {
      case LogShelf.Outcome.Kept kept -> kept.size();
      case LogShelf.Outcome.Gap gap ->
          throw new Problem(
                  409,
                  "log-gap",
                  "The log of %s has %d bytes (expected an offset of at most that, not %d)."
                      .formatted(build.value(), gap.size(), offset))
              .with("size", gap.size());
    };
  }

  private FileChannel open(Context ctx) throws IOException {
    LogName build = name(ctx);
    return shelf
        .find(build)
        .orElseThrow(
            () -> Problem.notFound("There is no log of build '%s'.".formatted(build.value())));
  }

  private static int read(InputStream body, byte[] buffer) {
    try {
      return body.readNBytes(buffer, 0, buffer.length);
    } catch (IOException e) {
      throw new Problem(400, "incomplete-body", "The body broke off.");
    }
  }

  private static void send(FileChannel log, long count, OutputStream out) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, count))];
    long left = count;
    while (left > 0) {
      int n = log.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, left)));
      if (n < 0) {
        throw new IOException("log ended %d bytes early".formatted(left));
      }
      try {
        out.write(buffer, 0, n);
      } catch (IOException e) {
        LOG.debug("the reader of a log went away", e);
        return;
      }
      left -= n;
    }
  }

  private static LogName name(Context ctx) {
    try {
      return new LogName(PathName.below(ctx, "/logs/"));
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "bad-name", String.valueOf(e.getMessage()));
    }
  }

  private static long offset(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    if (!text.matches("\\d{1,18}")) {
      throw Problem.badRequest(
          "The parameter 'offset' is '%s' (expected a whole number of bytes)."
              .formatted(text.length() > 40 ? text.substring(0, 40) + "…" : text));
    }
    return Long.parseLong(text);
  }
}

package org.newci.store.blob;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.newci.contracts.store.BlobAnswer;
import org.newci.shell.edge.PathName;
import org.newci.shell.problem.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code PUT}, {@code GET} and {@code HEAD} of {@code /blobs/NAME} and {@code /blobs/sha256:HEX}.
 */
public final class BlobRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(BlobRoutes.class);
  private static final String PREFIX = "/blobs/";
  private static final int BUFFER = 256 * 1024;

  private final BlobShelf shelf;
  private final long limit;

  /** Over that shelf; a blob has at most {@code limit} bytes. */
  public BlobRoutes(BlobShelf shelf, long limit) {
    this.shelf = shelf;
    this.limit = limit;
  }

  /** Stores the body under that name. */
  public void put(Context ctx) throws IOException {
    BlobName name = name(PathName.below(ctx, PREFIX));
    if (ctx.header("Content-Range") != null) {
      // RFC 9110 section 14.5: a part must not be taken for the whole.
      throw Problem.badRequest("A blob is stored whole; Content-Range is not taken.");
    }
    if (ctx.req().getContentLengthLong() > limit) {
      throw BodyStream.tooLarge(limit);
    }
    BodyStream body = new BodyStream(ctx.req().getInputStream(), limit);
    BlobShelf.Stored stored = store(name, body, ctx);
    ctx.status(stored.fresh() ? 201 : 200)
        .header("ETag", stored.digest().etag())
        .json(new BlobAnswer(name.value(), stored.digest().hex(), stored.size()));
  }

  /** The bytes of that blob. */
  public void get(Context ctx) throws IOException {
    try (OpenBlob blob = find(ctx)) {
      if (known(ctx, blob)) {
        return;
      }
      ByteRange range = ByteRange.of(ctx, blob);
      if (!range.whole()) {
        ctx.status(206).header("Content-Range", range.shown(blob.size()));
      }
      headers(ctx, range.count());
      send(blob, range, ctx.res().getOutputStream());
    }
  }

  /** The size and digest of that blob. */
  public void head(Context ctx) throws IOException {
    try (OpenBlob blob = find(ctx)) {
      if (!known(ctx, blob)) {
        headers(ctx, blob.size());
      }
    }
  }

  private BlobShelf.Stored store(BlobName name, BodyStream body, Context ctx) throws IOException {
    try {
      return shelf.put(name, body, StatedDigest.of(ctx));
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("No space left")) {
        LOG.error("no space for blob '{}'", name.value(), e);
        throw new Problem(507, "disk-full", "The store has no space left for this blob.");
      }
      throw e;
    }
  }

  private OpenBlob find(Context ctx) throws IOException {
    String address = PathName.below(ctx, PREFIX);
    Optional<OpenBlob> blob =
        address.startsWith(Sha256.PREFIX)
            ? shelf.find(digest(address.substring(Sha256.PREFIX.length())))
            : shelf.find(name(address));
    return blob.orElseThrow(
        () -> Problem.notFound("There is no blob '%s' in the store.".formatted(address)));
  }

  /** True when the caller already has those bytes: that is the answer then. */
  private static boolean known(Context ctx, OpenBlob blob) {
    ctx.header("ETag", blob.digest().etag());
    String known = ctx.header("If-None-Match");
    boolean same =
        known != null
            && Arrays.stream(known.split(",", -1))
                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                .anyMatch(tag -> tag.equals("*") || tag.equals(blob.digest().etag()));
    if (same) {
      ctx.status(304);
    }
    return same;
  }

  private static void headers(Context ctx, long count) {
    ctx.header("X-Content-Type-Options", "nosniff");
    ctx.header("Accept-Ranges", "bytes");
    ctx.contentType("application/octet-stream");
    ctx.res().setContentLengthLong(count);
  }

  private static void send(OpenBlob blob, ByteRange range, OutputStream out) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER, Math.max(1, range.count()))];
    long left = range.count();
    blob.bytes().position(range.from());
    while (left > 0) {
      int n = blob.bytes().read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, left)));
      if (n < 0) {
        throw new IOException("%s ended early".formatted(blob.digest().address()));
      }
      try {
        out.write(buffer, 0, n);
      } catch (IOException e) {
        LOG.debug("the reader of {} went away", blob.digest().address(), e);
        return;
      }
      left -= n;
    }
  }

  private static BlobName name(String text) {
    try {
      return new BlobName(text);
    } catch (IllegalArgumentException e) {
      throw badName(e);
    }
  }

  private static Sha256 digest(String hex) {
    try {
      return new Sha256(hex);
    } catch (IllegalArgumentException e) {
      throw badName(e);
    }
  }

  private static Problem badName(IllegalArgumentException e) {
    return new Problem(400, "bad-name", String.valueOf(e.getMessage()));
  }
}

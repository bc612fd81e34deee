package org.newci.store.blob;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.newci.contracts.store.BlobAnswer;
import org.newci.contracts.store.BlobList;
import org.newci.shell.problem.Problem;
import org.newci.store.disk.DiskFull;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code PUT}, {@code GET}, {@code HEAD} and {@code DELETE} of {@code /blobs/NAME} and {@code
 * /blobs/sha256:HEX}, and the list of names.
 */
public final class BlobRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(BlobRoutes.class);
  private static final int BUFFER = 256 * 1024;

  /** Decides, in the transaction that stores a blob, whether it may be. */
  public interface Admission {
    void admit(Connection connection, Sha256 digest) throws SQLException;
  }

  private final BlobShelf shelf;
  private final long limit;

  /** Over that shelf; a blob has at most {@code limit} bytes. */
  public BlobRoutes(BlobShelf shelf, long limit) {
    this.shelf = shelf;
    this.limit = limit;
  }

  /** Stores the body under that name, or, with {@code ?from=sha256:HEX}, what is there already. */
  public void put(Context ctx) throws IOException {
    BlobName name = BlobAddress.name(ctx);
    if (ctx.header("Content-Range") != null) {
      // RFC 9110 section 14.5: a part must not be taken for the whole.
      throw Problem.badRequest("A blob is stored whole; Content-Range is not taken.");
    }
    String from = ctx.queryParam("from");
    BlobShelf.Stored stored =
        DiskFull.guard(
            "the blob '" + name.value() + "'",
            () ->
                from == null ? store(ctx, name, limit, Terms::everybody) : alias(ctx, name, from));
    answer(ctx, name, stored);
  }

  /**
   * Stores a body of at most that many bytes under that name.
   *
   * @throws Problem when the sender is not admitted; then nothing has changed
   */
  public BlobShelf.Stored store(Context ctx, BlobName name, long most, Admission admission)
      throws IOException {
    if (ctx.req().getContentLengthLong() > most) {
      throw BodyStream.tooLarge(most);
    }
    BodyStream body = new BodyStream(ctx.req().getInputStream(), most);
    return shelf.put(name, body, Terms.of(ctx, admission));
  }

  private BlobShelf.Stored alias(Context ctx, BlobName name, String from) throws IOException {
    if (!(BlobAddress.of(from) instanceof BlobAddress.Digest by)) {
      throw Problem.badRequest(
          "The parameter 'from' is '%s' (expected sha256:HEX).".formatted(from));
    }
    return shelf
        .alias(name, by.digest(), Condition.of(ctx))
        .orElseThrow(() -> absent(by.digest().address()));
  }

  /** Tells what was stored. */
  public static void answer(Context ctx, BlobName name, BlobShelf.Stored stored) {
    ctx.status(stored.fresh() ? 201 : 200)
        .header("ETag", stored.digest().etag())
        .json(new BlobAnswer(name.value(), stored.digest().hex(), stored.size()));
  }

  /** Forgets a name, or removes bytes that nothing holds any more. */
  public void delete(Context ctx) throws IOException {
    BlobAddress address = BlobAddress.of(ctx);
    boolean gone =
        switch (address) {
          case BlobAddress.Named named -> shelf.delete(named.name(), Condition.of(ctx));
          case BlobAddress.Digest by -> shelf.delete(by.digest());
        };
    if (!gone) {
      throw absent(address.text());
    }
    ctx.status(204);
  }

  /** The names that begin with {@code ?prefix=}, a page at a time. */
  public void list(Context ctx) throws IOException {
    if (ctx.req().getRequestURI().endsWith("/")) {
      // Not the list: a blob whose name is empty.
      BlobAddress.of(ctx);
    }
    String prefix = Objects.requireNonNullElse(ctx.queryParam("prefix"), "");
    String after = Objects.requireNonNullElse(ctx.queryParam("after"), "");
    String wanted = Objects.requireNonNullElse(ctx.queryParam("limit"), "1000");
    if (!wanted.matches("[1-9]\\d{0,3}")) {
      throw Problem.badRequest(
          "The parameter 'limit' is '%s' (expected 1 to 9999)."
              .formatted(wanted.length() > 40 ? wanted.substring(0, 40) + "…" : wanted));
    }
    int most = Integer.parseInt(wanted);
    List<BlobEntry> entries = shelf.list(prefix, after, most + 1);
    boolean more = entries.size() > most;
    List<BlobEntry> page = more ? entries.subList(0, most) : entries;
    ctx.json(
        new BlobList(
            page.stream()
                .map(e -> new BlobList.Entry(e.name(), e.digest().hex(), e.size(), e.created()))
                .toList(),
            more ? page.getLast().name() : null));
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
      if (range.count() >= BUFFER) {
        // Else each piece would be cut into smaller ones on its way.
        ctx.res().setBufferSize(BUFFER);
      }
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

  private OpenBlob find(Context ctx) throws IOException {
    BlobAddress address = BlobAddress.of(ctx);
    Optional<OpenBlob> blob =
        switch (address) {
          case BlobAddress.Named named -> shelf.find(named.name());
          case BlobAddress.Digest by -> shelf.find(by.digest());
        };
    Condition.of(ctx).checkMatch(address.text(), blob.map(OpenBlob::digest));
    return blob.orElseThrow(() -> absent(address.text()));
  }

  static Problem absent(String address) {
    return Problem.notFound("There is no blob '%s' in the store.".formatted(address));
  }

  /** True when the caller already has those bytes: that is the answer then. */
  private static boolean known(Context ctx, OpenBlob blob) {
    ctx.header("ETag", blob.digest().etag());
    boolean same = Condition.of(ctx).known(blob.digest());
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
    while (left > 0) {
      int most = (int) Math.min(buffer.length, left);
      int n = blob.read(ByteBuffer.wrap(buffer, 0, most), range.from() + range.count() - left);
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
}

package org.newci.store.blob;

import io.javalin.http.Context;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.newci.shell.problem.Problem;

/**
 * The part of a blob that is asked for (RFC 9110 section 14): one range of bytes, or the whole
 * where several are asked for, or where {@code If-Range} names another digest.
 */
record ByteRange(long from, long count, boolean whole) {

  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  static ByteRange of(Context ctx, OpenBlob blob) {
    long size = blob.size();
    ByteRange all = new ByteRange(0, size, true);
    String given = ctx.header("Range");
    String condition = ctx.header("If-Range");
    if (given == null || (condition != null && !condition.equals(blob.digest().etag()))) {
      return all;
    }
    Matcher one = ONE.matcher(given.strip());
    if (!one.matches() || (one.group(1).isEmpty() && one.group(2).isEmpty())) {
      return all;
    }
    if (one.group(1).isEmpty()) {
      long last = Math.min(Long.parseLong(one.group(2)), size);
      return last == 0 ? beyond(ctx, size) : new ByteRange(size - last, last, false);
    }
    long from = Long.parseLong(one.group(1));
    long to = one.group(2).isEmpty() ? size - 1 : Math.min(Long.parseLong(one.group(2)), size - 1);
    if (from >= size) {
      return beyond(ctx, size);
    }
    return to < from ? all : new ByteRange(from, to - from + 1, false);
  }

  private static ByteRange beyond(Context ctx, long size) {
    ctx.header("Content-Range", "bytes */" + size);
    throw new Problem(
        416,
        "offset-beyond-end",
        "The blob has %d bytes (expected a range in it).".formatted(size));
  }

  /** As in the {@code Content-Range} header. */
  String shown(long size) {
    return "bytes %d-%d/%d".formatted(from, from + count - 1, size);
  }
}

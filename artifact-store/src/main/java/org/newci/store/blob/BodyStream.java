package org.newci.store.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.newci.shell.problem.Problem;

/** The body of a request: counted against a limit; a sender who breaks off is told from a disk. */
final class BodyStream extends FilterInputStream {

  private final long limit;
  private long count;

  BodyStream(InputStream body, long limit) {
    super(body);
    this.limit = limit;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    int n;
    try {
      n = in.read(buffer, offset, length);
    } catch (IOException e) {
      throw new Problem(
          400, "incomplete-body", "The body broke off after %d bytes.".formatted(count));
    }
    count += Math.max(n, 0);
    if (count > limit) {
      throw tooLarge(limit);
    }
    return n;
  }

  static Problem tooLarge(long limit) {
    return new Problem(
        413, "too-large", "The body is larger than a blob may be (%d bytes).".formatted(limit));
  }
}

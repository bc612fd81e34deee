package org.newci.vcs.collect;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails when the stream has more or fewer bytes than announced. */
final class ExactStream extends FilterInputStream {

  private final long expected;
  private long seen;

  ExactStream(InputStream in, long expected) {
    super(in);
    this.expected = expected;
  }

  @Override
  public int read() throws IOException {
    int one = super.read();
    count(one < 0 ? -1 : 1);
    return one;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    count(read);
    return read;
  }

  private void count(int read) throws IOException {
    if (read < 0 ? seen < expected : seen + read > expected) {
      throw new IOException("an entry has not the %d bytes announced".formatted(expected));
    }
    seen += Math.max(0, read);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}

package org.newci.vcs.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicLong;

/** How many bytes one operation may receive, over all of its connections. */
public final class ByteBudget {

  /** Thrown from inside a transfer, found again among the causes. */
  public static final class Exceeded extends IOException {
    private static final long serialVersionUID = 1L;

    Exceeded(long limit) {
      super("more than %d bytes came".formatted(limit));
    }
  }

  private final long limit;
  private final AtomicLong left;

  public ByteBudget(long limit) {
    this.limit = limit;
    this.left = new AtomicLong(limit);
  }

  /** That stream, which fails when the budget is used up. */
  public InputStream over(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int octet = super.read();
        count(octet < 0 ? 0 : 1);
        return octet;
      }

      @Override
      public int read(byte[] into, int from, int most) throws IOException {
        int got = super.read(into, from, most);
        count(Math.max(got, 0));
        return got;
      }
    };
  }

  private void count(int bytes) throws Exceeded {
    if (left.addAndGet(-bytes) < 0) {
      throw new Exceeded(limit);
    }
  }
}

package org.newci.deploy.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ReadAheadTest {

  /** Around a piece, and more pieces than are read ahead. */
  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 2 * 1024 * 1024, 5_000_003})
  void givesTheBytesInOrder(int size) throws Exception {
    Random random = new Random(size);
    byte[] sent = new byte[size];
    random.nextBytes(sent);
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    byte[] buffer = new byte[130_000];
    try (InputStream ahead = new ReadAhead(new Crumbs(sent, random))) {
      for (int n = 0; n >= 0; n = ahead.read(buffer, 0, 1 + random.nextInt(buffer.length))) {
        got.write(buffer, 0, n);
      }
      assertThat(ahead.read(buffer)).isEqualTo(-1);
    }
    assertThat(got.toByteArray()).isEqualTo(sent);
  }

  /** A body comes in pieces of any size. */
  private static final class Crumbs extends ByteArrayInputStream {

    private final Random random;

    Crumbs(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return super.read(buffer, offset, Math.min(length, 1 + random.nextInt(20_000)));
    }
  }

  @Test
  void isNoMoreThanAFewPiecesAhead() throws Exception {
    CountDownLatch much = new CountDownLatch(6 * 256);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            int count = Math.min(1024, length);
            much.countDown();
            return count;
          }
        };
    try (InputStream ahead = new ReadAhead(endless)) {
      ahead.skipNBytes(256 * 1024);
      assertThat(much.getCount()).as("of six pieces at least one is not read yet").isPositive();
      ahead.skipNBytes(256 * 1024 * 2L);
      much.await();
    }
  }

  @Test
  void endsItsReaderWhenNobodyWantsTheRest() throws Exception {
    PipedOutputStream silent = new PipedOutputStream();
    ReadAhead waiting = new ReadAhead(new PipedInputStream(silent));
    waiting.close();
    ReadAhead full = new ReadAhead(new Zeros());
    assertThat(full.read()).isZero();
    full.close();
  }

  private static final class Zeros extends InputStream {
    @Override
    public int read() {
      return 0;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      return length;
    }
  }
}

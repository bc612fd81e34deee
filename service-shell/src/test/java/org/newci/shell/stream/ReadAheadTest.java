package org.newci.shell.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.util.List;
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
      ints = {0, 1, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 2 * 1024 * 1024, 5_000_003})
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
    CountDownLatch much = new CountDownLatch(5 * 128);
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
      ahead.skipNBytes(128 * 1024);
      assertThat(much.getCount()).as("of five pieces at least one is not read yet").isPositive();
      ahead.skipNBytes(128 * 1024 * 3L);
      much.await();
    }
  }

  @Test
  void tellsWhatTheStreamThrewAfterItsBytes() {
    for (Throwable thrown :
        List.of(
            new IOException("cut"), new IllegalStateException("refused"), new AssertionError())) {
      InputStream breaking =
          new SequenceInputStream(
              new ByteArrayInputStream(new byte[200_000]), new Breaking(thrown));
      try (InputStream ahead = new ReadAhead(breaking)) {
        assertThat(ahead.readNBytes(200_000)).hasSize(200_000);
        for (int i = 0; i < 2; i++) {
          assertThatThrownBy(ahead::read).isSameAs(thrown);
        }
      } catch (IOException e) {
        throw new AssertionError("the bytes before it were to come", e);
      }
    }
  }

  private static final class Breaking extends InputStream {

    private final Throwable thrown;

    Breaking(Throwable thrown) {
      this.thrown = thrown;
    }

    @Override
    public int read() throws IOException {
      return read(new byte[1], 0, 1);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (thrown instanceof IOException e) {
        throw e;
      }
      if (thrown instanceof Error e) {
        throw e;
      }
      throw (RuntimeException) thrown;
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

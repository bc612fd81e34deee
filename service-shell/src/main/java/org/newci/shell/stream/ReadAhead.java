package org.newci.shell.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream on a thread of its own, a few pieces ahead of whoever takes the bytes: receiving
 * and decrypting them then runs beside what becomes of them. What the stream throws its taker gets,
 * after the bytes that came before. Closing ends the reading and leaves the stream itself open.
 */
public final class ReadAhead extends InputStream {

  /** A stream of fewer bytes is not worth a thread. */
  public static final int WORTHWHILE = 1024 * 1024;

  private static final int PIECE = 128 * 1024;

  /** With 64 streams at once 24 MiB. */
  private static final int PIECES = 3;

  private final InputStream source;
  private final BlockingQueue<ByteBuffer> used = new ArrayBlockingQueue<>(PIECES);
  private final BlockingQueue<ByteBuffer> ready = new ArrayBlockingQueue<>(PIECES + 1);
  private final Thread reader;
  private ByteBuffer piece = ByteBuffer.allocate(0);
  private boolean ended;
  private volatile @Nullable Throwable failure;

  /** Begins to read it at once. */
  public ReadAhead(InputStream source) {
    this.source = source;
    this.reader = Thread.ofVirtual().name("read-ahead").start(this::fill);
  }

  private void fill() {
    try {
      boolean more = true;
      for (int made = 0; more; made++) {
        ByteBuffer next = made < PIECES ? ByteBuffer.allocate(PIECE) : used.take();
        next.clear();
        more = fill(next);
        // Its taker may be through with it before this thread goes on.
        boolean anything = next.position() > 0;
        ready.put(next.flip());
        if (!more && anything) {
          ready.put(ByteBuffer.allocate(0));
        }
      }
    } catch (InterruptedException e) {
      // Nobody wants the rest.
    }
  }

  /** False when nothing comes after it. */
  private boolean fill(ByteBuffer next) {
    try {
      while (next.hasRemaining()) {
        int count =
            source.read(next.array(), next.arrayOffset() + next.position(), next.remaining());
        if (count < 0) {
          return false;
        }
        next.position(next.position() + count);
      }
      return true;
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
      return false;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ended && !piece.hasRemaining()) {
      next();
    }
    if (ended) {
      return end();
    }
    int count = Math.min(length, piece.remaining());
    piece.get(buffer, offset, count);
    return count;
  }

  private void next() throws IOException {
    try {
      if (piece.capacity() > 0) {
        used.put(piece);
      }
      piece = ready.take();
      ended = !piece.hasRemaining();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for bytes");
    }
  }

  private int end() throws IOException {
    return switch (failure) {
      case null -> -1;
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    };
  }

  @Override
  public void close() {
    reader.interrupt();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

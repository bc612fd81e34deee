package org.newci.deploy.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads a stream on a thread of its own, at most a few pieces ahead of whoever takes the bytes:
 * what it costs to receive, decrypt and hash them then runs beside what it costs to encrypt and
 * send. Meant for a stream that never throws.
 */
final class ReadAhead extends InputStream {

  private static final int PIECE = 256 * 1024;
  private static final int PIECES = 4;

  private final InputStream source;
  private final BlockingQueue<ByteBuffer> used = new ArrayBlockingQueue<>(PIECES);
  private final BlockingQueue<ByteBuffer> ready = new ArrayBlockingQueue<>(PIECES + 1);
  private final Thread reader;
  private ByteBuffer piece = ByteBuffer.allocate(0);
  private boolean ended;

  ReadAhead(InputStream source) {
    this.source = source;
    this.reader = Thread.ofVirtual().name("read-ahead").start(this::fill);
  }

  private void fill() {
    try {
      for (int made = 0; ; made++) {
        ByteBuffer next = made < PIECES ? ByteBuffer.allocate(PIECE) : used.take();
        int count = source.readNBytes(next.array(), 0, PIECE);
        ready.put(next.clear().limit(count));
        if (count == 0) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Nobody wants the rest.
    } catch (IOException e) {
      throw new IllegalStateException("the stream was to end instead", e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (!ended && !piece.hasRemaining()) {
      next();
    }
    if (ended) {
      return -1;
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
      throw new InterruptedIOException("the deployment was interrupted");
    }
  }

  /** Ends the reading; after it nobody uses the source any more. */
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

package org.newci.store.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A file that is being received. It goes to the disk while more of it comes, so that at its end
 * there is little left to wait for.
 */
final class PartFile implements AutoCloseable {

  /** What comes between two beginnings to write to the disk. */
  private static final long STRETCH = 32 * 1024 * 1024;

  private final FileChannel out;
  private long unsynced;
  private CompletableFuture<Void> syncing = CompletableFuture.completedFuture(null);

  private PartFile(FileChannel out) {
    this.out = out;
  }

  /** A new file. */
  static PartFile create(Path file) throws IOException {
    return new PartFile(
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /** Writes the first bytes of the buffer behind what is there. */
  void write(byte[] buffer, int count) throws IOException {
    ByteBuffer piece = ByteBuffer.wrap(buffer, 0, count);
    while (piece.hasRemaining()) {
      out.write(piece);
    }
    unsynced += count;
    if (unsynced >= STRETCH && syncing.isDone()) {
      awaitSync();
      unsynced = 0;
      syncing = CompletableFuture.runAsync(this::begin, Thread.ofVirtual()::start);
    }
  }

  private void begin() {
    try {
      out.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The kernel tells a failed write once only: then it must not be forgotten. */
  private void awaitSync() throws IOException {
    try {
      syncing.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException told) {
        throw told.getCause();
      }
      throw e;
    }
  }

  /** Returns when all of it is on the disk. */
  void sync() throws IOException {
    awaitSync();
    out.force(true);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}

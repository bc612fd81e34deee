package org.newci.store.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** A blob that is being read: it stays whole, whatever happens to its name meanwhile. */
public final class OpenBlob implements AutoCloseable {

  private final Sha256 digest;
  private final long size;
  private final @Nullable FileChannel file;
  private final byte[] held;

  private OpenBlob(Sha256 digest, long size, @Nullable FileChannel file, byte[] held) {
    this.digest = digest;
    this.size = size;
    this.file = file;
    this.held = held;
  }

  static OpenBlob of(Sha256 digest, FileChannel file) throws IOException {
    return new OpenBlob(digest, file.size(), file, new byte[0]);
  }

  static OpenBlob of(Sha256 digest, byte[] held) {
    return new OpenBlob(digest, held.length, null, held);
  }

  /** What its bytes hash to. */
  public Sha256 digest() {
    return digest;
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /** Reads some bytes from that position on into the buffer; -1 beyond the end. */
  public int read(ByteBuffer buffer, long position) throws IOException {
    if (file != null) {
      return file.read(buffer, position);
    }
    if (position >= size) {
      return -1;
    }
    int count = (int) Math.min(buffer.remaining(), size - position);
    buffer.put(held, (int) position, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}

package org.newci.store.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * A blob that is being read: it stays whole, whatever happens to its name meanwhile.
 *
 * @param size bytes
 */
public record OpenBlob(Sha256 digest, long size, FileChannel bytes) implements AutoCloseable {

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}

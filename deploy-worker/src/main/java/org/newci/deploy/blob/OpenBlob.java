package org.newci.deploy.blob;

import okhttp3.Response;

/**
 * A blob that is being fetched.
 *
 * @param digest what the store says its bytes have
 * @param size bytes, as the store says
 */
public record OpenBlob(Sha256 digest, long size, CheckedStream bytes, Response answer)
    implements AutoCloseable {

  @Override
  public void close() {
    answer.close();
  }
}

package org.newci.deploy.blob;

import java.io.InputStream;
import okhttp3.Response;
import org.newci.shell.stream.ReadAhead;

/**
 * A blob that is being fetched.
 *
 * @param digest what the store says its bytes have
 * @param size bytes, as the store says
 * @param checked what came so far; to be asked when {@code bytes} has ended
 * @param bytes to be sent on
 */
public record OpenBlob(
    Sha256 digest, long size, CheckedStream checked, InputStream bytes, Response answer)
    implements AutoCloseable {

  static OpenBlob of(Sha256 digest, Response answer) {
    long size = answer.body().contentLength();
    CheckedStream checked = new CheckedStream(answer.body().byteStream());
    InputStream bytes = size < ReadAhead.WORTHWHILE ? checked : new ReadAhead(checked);
    return new OpenBlob(digest, size, checked, bytes, answer);
  }

  @Override
  public void close() {
    if (bytes instanceof ReadAhead ahead) {
      ahead.close();
    }
    answer.close();
  }
}

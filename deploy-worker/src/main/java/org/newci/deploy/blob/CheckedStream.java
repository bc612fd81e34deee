package org.newci.deploy.blob;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a blob on their way to the environment, hashed and counted. When the store breaks
 * off it ends like a short blob and {@link #broken} tells why: an exception in the middle of an
 * upload would leave the sftp connection unusable, and the digest shows the lack anyway.
 */
public final class CheckedStream extends InputStream {

  private final InputStream bytes;
  private final MessageDigest computation;
  private long count;
  private @Nullable IOException broken;

  CheckedStream(InputStream bytes) {
    this.bytes = bytes;
    try {
      this.computation = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (broken != null) {
      return -1;
    }
    try {
      int n = bytes.read(buffer, offset, length);
      if (n > 0) {
        computation.update(buffer, offset, n);
        count += n;
      }
      return n;
    } catch (IOException e) {
      broken = e;
      return -1;
    }
  }

  /** Bytes so far. */
  public long count() {
    return count;
  }

  /** Why the store broke off, if it did. */
  public @Nullable IOException broken() {
    return broken;
  }

  /** The digest of all bytes; ends the computation. */
  public Sha256 digest() {
    return new Sha256(HexFormat.of().formatHex(computation.digest()));
  }
}

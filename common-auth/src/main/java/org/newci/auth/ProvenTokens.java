package org.newci.auth;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signature was proven, by their digests. To prove one takes milliseconds of a
 * processor, and callers show the same one again and again. Only good tokens get in, the one that
 * was not shown for longest goes first; what becomes of a token with time is for who asks.
 */
final class ProvenTokens {

  static final int MOST = 1_000;

  private final Map<ByteBuffer, Caller> callers = new LinkedHashMap<>(16, 0.75f, true);

  /** Whom that token spoke for when it was proven. */
  synchronized @Nullable Caller find(BearerToken token) {
    return callers.get(key(token));
  }

  synchronized void add(BearerToken token, Caller caller) {
    callers.put(key(token), caller);
    if (callers.size() > MOST) {
      var eldest = callers.entrySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  synchronized int size() {
    return callers.size();
  }

  private static ByteBuffer key(BearerToken token) {
    try {
      byte[] text = token.reveal().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

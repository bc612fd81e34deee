package org.newci.runner.gitlab;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes the 32 hex digits by which a server's log can find one request. */
final class RequestIds {

  private static final SecureRandom RANDOM = new SecureRandom();

  private RequestIds() {}

  static String next() {
    byte[] id = new byte[16];
    RANDOM.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }
}

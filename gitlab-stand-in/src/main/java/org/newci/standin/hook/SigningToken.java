package org.newci.standin.hook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** {@code whsec_} and the base64 of 32 bytes: the key by which events are signed. */
record SigningToken(String text) {

  private static final String PREFIX = "whsec_";
  private static final int BYTES = 32;

  /** The token, or nothing when the text is none. */
  static Optional<SigningToken> of(String text) {
    try {
      boolean good =
          text.startsWith(PREFIX)
              && Base64.getDecoder().decode(text.substring(PREFIX.length())).length == BYTES;
      return good ? Optional.of(new SigningToken(text)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The header {@code webhook-signature} of an event (Standard Webhooks, symmetric). */
  String sign(String id, long seconds, String body) {
    byte[] key = Base64.getDecoder().decode(text.substring(PREFIX.length()));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] print =
          mac.doFinal("%s.%d.%s".formatted(id, seconds, body).getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(print);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HMAC-SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "SigningToken[…]";
  }
}

package org.newci.standin.user;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** What is kept of a token: its SHA-256. */
public record Secret(String sha256) {

  /** The print of that token; blanks around it do not count. */
  public static Secret of(String token) {
    return new Secret(sha256(token.strip().getBytes(StandardCharsets.UTF_8)));
  }

  /** The SHA-256 of these bytes, in hexadecimal. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return "Secret[…]";
  }
}

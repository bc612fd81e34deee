package org.newci.store.blob;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A SHA-256 digest (FIPS 180-4).
 *
 * @param hex 64 lower-case hex digits
 */
public record Sha256(String hex) {

  /** What stands before the digits in a blob's address. */
  public static final String PREFIX = "sha256:";

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public Sha256 {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "The digest '%s' is refused: expected 64 lower-case hex digits.".formatted(shown(hex)));
    }
  }

  /** The digest that a finished computation holds. */
  public static Sha256 of(MessageDigest done) {
    return new Sha256(HexFormat.of().formatHex(done.digest()));
  }

  /** The digest of that text in UTF-8. */
  public static Sha256 of(String text) {
    MessageDigest digest = computation();
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return of(digest);
  }

  /** A fresh computation. */
  public static MessageDigest computation() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
  }

  /** The blob's address: {@code sha256:HEX}. */
  public String address() {
    return PREFIX + hex;
  }

  /** The strong entity tag (RFC 9110 section 8.8.3). */
  public String etag() {
    return '"' + address() + '"';
  }

  private static String shown(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}

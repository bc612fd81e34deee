package org.newci.deploy.blob;

import java.util.Optional;

/**
 * A SHA-256 digest (FIPS 180-4).
 *
 * @param hex 64 lower-case hex digits
 */
public record Sha256(String hex) {

  private static final String PREFIX = "sha256:";

  public Sha256 {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("expected 64 lower-case hex digits");
    }
  }

  /** The digest in {@code sha256:HEX}, or nothing when the text is something else. */
  public static Optional<Sha256> ofAddress(String text) {
    return text.matches(PREFIX + "[0-9a-f]{64}")
        ? Optional.of(new Sha256(text.substring(PREFIX.length())))
        : Optional.empty();
  }

  /** The digest in the store's entity tag {@code "sha256:HEX"}. */
  public static Optional<Sha256> ofEtag(String tag) {
    return ofAddress(tag.replace("\"", ""));
  }

  /** {@code sha256:HEX}. */
  public String address() {
    return PREFIX + hex;
  }
}

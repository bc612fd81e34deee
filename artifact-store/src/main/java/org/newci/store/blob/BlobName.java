package org.newci.store.blob;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A name that people give a blob: 1 to 255 bytes of UTF-8 without slashes and control characters.
 * It never becomes part of a path on disk.
 */
public record BlobName(String value) {

  private static final int LONGEST = 255;

  public BlobName {
    String mistake = mistake(value);
    if (mistake != null) {
      throw new IllegalArgumentException(
          "The blob name '%s' is refused: %s.".formatted(shown(value), mistake));
    }
  }

  private static @Nullable String mistake(String name) {
    if (name.isEmpty()) {
      return "it is empty";
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return "it is longer than %d bytes of UTF-8".formatted(LONGEST);
    }
    if (name.equals(".") || name.equals("..")) {
      return "it means a folder";
    }
    if (name.indexOf('/') >= 0) {
      return "it has a slash in it";
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      return "it has a control character in it";
    }
    if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      return "it is not Unicode";
    }
    if (name.startsWith(Sha256.PREFIX)) {
      return "names that begin with 'sha256:' are the digests of blobs";
    }
    return null;
  }

  private static String shown(String name) {
    StringBuilder shown = new StringBuilder();
    name.codePoints()
        .limit(80)
        .forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? 0xFFFD : c));
    return shown.toString();
  }
}

package org.newci.deploy.publish;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A plain file name right in the environment's folder: 1 to 255 bytes of UTF-8, no slash, no
 * control character, no dot or dash at its beginning. Everything else stands for itself: no shell
 * ever sees it.
 */
public record PublishedName(String value) {

  private static final int LONGEST = 255;

  public PublishedName {
    String mistake = mistake(value);
    if (mistake != null) {
      throw new IllegalArgumentException(
          "The published_name '%s' is refused: %s.".formatted(shown(value), mistake));
    }
  }

  private static @Nullable String mistake(String name) {
    if (name.isEmpty()) {
      return "it is empty";
    }
    if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
      return "it has a slash in it";
    }
    if (name.startsWith(".")) {
      return "it begins with a dot";
    }
    if (name.startsWith("-")) {
      return "it begins with a dash";
    }
    if (name.codePoints().anyMatch(Character::isISOControl)) {
      return "it has a control character in it";
    }
    if (name.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
      return "it is not Unicode";
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      return "it is longer than %d bytes of UTF-8".formatted(LONGEST);
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

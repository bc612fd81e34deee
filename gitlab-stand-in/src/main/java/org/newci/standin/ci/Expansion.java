package org.newci.standin.ci;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills variables into text on the server's side: {@code $NAME}, {@code ${NAME}}, {@code %NAME%},
 * and {@code $$} for a dollar. Values that hold variables themselves are filled too, unless they
 * are raw.
 */
final class Expansion {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\$(?:\\$|(?<bare>[A-Za-z_][A-Za-z0-9_]*)|\\{(?<braced>[A-Za-z0-9_]+)})"
              + "|%(?<percent>[A-Za-z_][A-Za-z0-9_]*)%");

  /** Characters that one text may become; beyond, variables stay as they are. */
  private static final int LONGEST = 20_000;

  private final Sight sight;
  private final Set<String> open = new HashSet<>();
  private int made;

  Expansion(Sight sight) {
    this.sight = sight;
  }

  /** What is unknown stays as it is. */
  String existing(String text) {
    made = 0;
    return fill(text, true);
  }

  /** What is unknown is empty. */
  String all(String text) {
    made = 0;
    return fill(text, false);
  }

  private String fill(String text, boolean keep) {
    if (text.indexOf('$') < 0 && text.indexOf('%') < 0) {
      return text;
    }
    Matcher reference = REFERENCE.matcher(text);
    StringBuilder filled = new StringBuilder();
    while (reference.find()) {
      reference.appendReplacement(filled, "");
      filled.append(replacement(reference, keep));
      if (filled.length() > LONGEST) {
        return text;
      }
    }
    return reference.appendTail(filled).toString();
  }

  private String replacement(Matcher reference, boolean keep) {
    String whole = reference.group();
    if (whole.equals("$$")) {
      return "$";
    }
    String name = reference.group("bare");
    name = name == null ? reference.group("braced") : name;
    name = name == null ? reference.group("percent") : name;
    String value = sight.value(name).orElse(null);
    made += value == null ? 1 : value.length();
    if (value == null || made > LONGEST || !open.add(name)) {
      return keep || whole.startsWith("%") ? whole : "";
    }
    String inner = sight.isRaw(name) ? value : fill(value, keep);
    open.remove(name);
    return inner;
  }
}

package org.newci.standin.user;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The set-up's tokens: lines {@code username token [scope,scope]}; the first user is the admin. */
final class TokenFile {

  private TokenFile() {}

  /** One token; without scopes it is good for everything ({@code api}). */
  record Line(String username, Secret secret, List<String> scopes) {}

  /** At least one line; a mistake is named. */
  static List<Line> read(Path file) {
    List<Line> lines = new ArrayList<>();
    for (String text : text(file)) {
      if (!text.isBlank() && !text.startsWith("#")) {
        lines.add(line(file, text.strip().split("\\s+", -1)));
      }
    }
    if (lines.isEmpty()) {
      throw new IllegalArgumentException(
          "Tokens %s: none (expected lines 'username token').".formatted(file));
    }
    return lines;
  }

  private static Line line(Path file, String[] parts) {
    if (parts.length < 2
        || parts.length > 3
        || !parts[0].matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
      throw new IllegalArgumentException(
          "Tokens %s: a line has not the form 'username token [scopes]'.".formatted(file));
    }
    List<String> scopes = parts.length == 2 ? List.of("api") : List.of(parts[2].split(",", -1));
    for (String scope : scopes) {
      if (!AccessToken.SCOPES.contains(scope)) {
        throw new IllegalArgumentException(
            "Tokens %s: the scope '%s' of %s is none of %s."
                .formatted(file, scope, parts[0], AccessToken.SCOPES));
      }
    }
    return new Line(parts[0], Secret.of(parts[1]), scopes);
  }

  private static List<String> text(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the tokens " + file, e);
    }
  }
}

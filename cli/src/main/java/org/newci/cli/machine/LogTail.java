package org.newci.cli.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds in what a process printed why it ended. */
public final class LogTail {

  private LogTail() {}

  /** The last line that begins with {@code newci:}, else the last line; and where the rest is. */
  public static String reason(Path log) {
    List<String> lines = last(log, 200);
    String sentence =
        lines.stream()
            .filter(line -> line.startsWith("newci: "))
            .reduce((first, second) -> second)
            .map(line -> line.substring("newci: ".length()))
            .or(() -> lines.reversed().stream().filter(line -> !line.isBlank()).findFirst())
            .orElse("it printed nothing");
    return "%s (all of it: %s)".formatted(sentence, log);
  }

  /** The last lines of that file, oldest first. */
  public static List<String> last(Path log, int count) {
    try {
      List<String> lines =
          Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1).lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of();
    }
  }
}

package org.newci.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a deployment that did not end well may have left at an environment. */
final class Leftovers {

  private Leftovers() {}

  /** Files and filled folders that are neither served nor records. */
  static List<String> of(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !file.equals(folder))
          .map(file -> folder.relativize(file).toString())
          .filter(name -> name.startsWith(".newci"))
          .filter(name -> !name.matches("\\.newci(/lock|/aside|/[0-9a-f]{64}\\.json)?"))
          .sorted()
          .toList();
    }
  }
}

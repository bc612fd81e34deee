package org.newci.acceptance.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of the project itself. */
public final class Checkout {

  private Checkout() {}

  /** The root folder. */
  public static Path root() {
    return Path.of(System.getProperty("newci.root")).toAbsolutePath().normalize();
  }

  /** A file by its path below the root. */
  public static Path file(String path) {
    return root().resolve(path);
  }

  /** Files below the root that are ours: nothing built, nothing hidden but {@code .ci}. */
  public static List<Path> files(Predicate<String> wanted) {
    try (Stream<Path> walk = Files.walk(root())) {
      return walk.filter(Files::isRegularFile)
          .filter(path -> ours(root().relativize(path)))
          .filter(path -> wanted.test(root().relativize(path).toString()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean ours(Path relative) {
    boolean built =
        relative.getNameCount() > 1
            && (relative.getName(0).toString().equals("target")
                || relative.getName(1).toString().equals("target"));
    String first = relative.getName(0).toString();
    return !built && (!first.startsWith(".") || first.equals(".ci"));
  }

  /** The lines of a file. */
  public static List<String> lines(Path path) {
    try {
      return Files.readAllLines(path);
    } catch (IOException e) {
      throw new UncheckedIOException(path.toString(), e);
    }
  }
}

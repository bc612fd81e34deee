package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells lines of several files apart by one number: the file's place in a list above the line's own
 * bits. File 0 is the CI file itself; the others are included.
 */
final class Lines {
  private static final int BITS = 21;

  private final List<String> files = new ArrayList<>(List.of(""));

  /** The mark of a line, counted from 1, of a file. */
  static int mark(int file, int line) {
    return file << BITS | line;
  }

  /** A number for one more file. */
  int add(String path) {
    files.add(path);
    return files.size() - 1;
  }

  /** Such as {@code (line 3)} or {@code (ci/build.yml line 3)}. */
  String text(int mark) {
    String file = files.get(mark >> BITS);
    int line = mark & (1 << BITS) - 1;
    return file.isEmpty() ? "(line " + line + ")" : "(" + file + " line " + line + ")";
  }
}

package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a file, with the line, up to a limit. */
final class Faults {
  /** Beyond this many a list helps nobody. */
  static final int SHOWN = 20;

  private final Lines lines;
  private final List<String> sentences = new ArrayList<>();
  private int left;

  Faults(Lines lines) {
    this.lines = lines;
  }

  /** One more fault at this line, a mark of {@link Lines}. */
  void add(String sentence, int line) {
    add(sentence + " " + lines.text(line));
  }

  /** One more fault of the file as a whole. */
  void add(String sentence) {
    if (sentences.size() < SHOWN) {
      sentences.add(Shown.text(sentence));
    } else {
      left++;
    }
  }

  boolean none() {
    return sentences.isEmpty();
  }

  Compiled.Invalid invalid() {
    List<String> all = new ArrayList<>(sentences);
    if (left > 0) {
      all.add("and " + left + " more errors");
    }
    return new Compiled.Invalid(all);
  }
}

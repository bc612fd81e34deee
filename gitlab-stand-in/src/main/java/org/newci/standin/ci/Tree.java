package org.newci.standin.ci;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/**
 * The tree of one CI file with all that it includes, and how much it may still grow: merging and
 * referring make large trees of small files.
 */
final class Tree {
  /** Entries of all lists and mappings, those merged in counted each time. */
  static final int ENTRIES = 200_000;

  private final Lines lines;
  private int entries;

  Tree(Lines lines) {
    this.lines = lines;
  }

  Lines lines() {
    return lines;
  }

  /** Counts entries that are about to be made. */
  void grow(int more, int line) throws Unusable {
    entries += more;
    if (entries > ENTRIES) {
      throw new Unusable(
          "The parsed YAML is too big: more than " + ENTRIES + " entries " + lines.text(line));
    }
  }

  Unusable unusable(String sentence, int line) {
    return new Unusable(sentence + " " + lines.text(line));
  }

  /** Mappings are merged key by key, at any depth; of all else the second counts. */
  Fields merge(Fields first, Fields second) throws Unusable {
    if (first.fields().isEmpty()) {
      return second;
    }
    grow(first.fields().size() + second.fields().size(), second.line());
    Map<String, Field> merged = new LinkedHashMap<>(first.fields());
    for (Map.Entry<String, Field> entry : second.fields().entrySet()) {
      Field over = entry.getValue();
      Field under = merged.get(entry.getKey());
      Field put = over;
      if (under != null
          && under.value() instanceof Fields low
          && over.value() instanceof Fields high) {
        put = new Field(merge(low, high), over.line());
      }
      merged.put(entry.getKey(), put);
    }
    return new Fields(Collections.unmodifiableMap(merged), second.line());
  }
}

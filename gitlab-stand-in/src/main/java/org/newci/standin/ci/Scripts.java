package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads scripts and other lists of text; lists inside lists become one flat list. */
final class Scripts {
  /** Lists inside lists. */
  static final int DEPTH = 10;

  /** Lines of all scripts of a file together, those that aliases repeat counted each time. */
  static final int LINES = 100_000;

  /** Lines of one job's script. */
  static final int LINES_OF_A_JOB = 10_000;

  /** Characters of one job's script: it travels to the runner in one message. */
  static final int CHARACTERS = 1 << 20;

  private final Faults faults;
  private int visited;

  Scripts(Faults faults) {
    this.faults = faults;
  }

  /** The lines of a script; nothing, and a fault, when it is none. */
  Optional<List<String>> script(String where, Field field) {
    return flat(
        where, field, "should be a string or a nested array of strings up to 10 levels deep");
  }

  /** The names of a list such as {@code stages}. */
  Optional<List<String>> nestedNames(String where, Field field) {
    if (!(field.value() instanceof Items)) {
      faults.add(where + " config should be an array of strings", field.line());
      return Optional.empty();
    }
    return flat(where, field, "should be an array of strings");
  }

  /** A flat list of text. */
  Optional<List<String>> names(String where, Field field) {
    if (field.value() instanceof Items items && items.values().stream().allMatch(Value::isString)) {
      visited += items.values().size();
      if (!tooMany(where, field)) {
        return Optional.of(items.values().stream().map(v -> ((Scalar) v).text()).toList());
      }
      return Optional.empty();
    }
    faults.add(where + " should be an array of strings", field.line());
    return Optional.empty();
  }

  private Optional<List<String>> flat(String where, Field field, String expected) {
    List<String> lines = new ArrayList<>();
    if (field.value().isString()) {
      lines.add(((Scalar) field.value()).text());
      return Optional.of(lines);
    }
    if (!(field.value() instanceof Items) || !collect(field.value(), lines, 0)) {
      if (!tooMany(where, field)) {
        faults.add(where + " config " + expected, field.line());
      }
      return Optional.empty();
    }
    return Optional.of(lines);
  }

  private boolean collect(Value value, List<String> into, int depth) {
    if (++visited > LINES) {
      return false;
    }
    if (value instanceof Items items && depth < DEPTH) {
      return items.values().stream().allMatch(item -> collect(item, into, depth + 1));
    }
    if (value.isString()) {
      into.add(((Scalar) value).text());
      return true;
    }
    return false;
  }

  private boolean tooMany(String where, Field field) {
    if (visited <= LINES) {
      return false;
    }
    faults.add(
        where + " config makes the file's lists longer than " + LINES + " lines", field.line());
    return true;
  }
}

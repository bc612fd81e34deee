package org.newci.standin.ci;

import java.util.List;
import java.util.Map;

/** A piece of a YAML file with the {@link Lines} mark of its place; aliases are resolved. */
sealed interface Value {
  int line();

  /** What kind of scalar GitLab's own reader (Ruby's Psych) sees. */
  enum Kind {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** The text is the one that Ruby prints: {@code 1.10} is the number 1.1, {@code yes} is true. */
  record Scalar(Kind kind, String text, int line) implements Value {}

  /** A list. */
  record Items(List<Value> values, int line) implements Value {}

  /** A mapping in the order of the file, merge keys already applied; of equal keys the last. */
  record Fields(Map<String, Field> fields, int line) implements Value {}

  /** {@code !reference [job, key …]}; gone once {@link References} has been there. */
  record Reference(List<String> path, int line) implements Value {}

  /** A value and the line of its key. */
  record Field(Value value, int line) {}

  /** Whether this is the null value, which GitLab takes for an absent one. */
  default boolean isNull() {
    return this instanceof Scalar s && s.kind() == Kind.NULL;
  }

  /** Whether this is a scalar that is text. */
  default boolean isString() {
    return this instanceof Scalar s && s.kind() == Kind.STRING;
  }
}

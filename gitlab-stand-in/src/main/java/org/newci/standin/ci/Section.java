package org.newci.standin.ci;

import java.util.List;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;

/**
 * A mapping of a file whose parts are read one by one. What is absent or null gives the value for
 * that; what is wrong too, with a fault.
 *
 * @param where its place in GitLab's words, such as {@code jobs:build:cache}
 */
record Section(String where, Fields fields, Faults faults) {

  /** The field, unless it is absent or null. */
  Optional<Field> present(String name) {
    Field field = fields.fields().get(name);
    return field == null || field.value().isNull() ? Optional.empty() : Optional.of(field);
  }

  boolean has(String name) {
    return present(name).isPresent();
  }

  String text(String name, String otherwise) {
    Optional<Field> field = present(name);
    if (field.isEmpty()) {
      return otherwise;
    }
    if (field.get().value() instanceof Scalar scalar && scalar.isString()) {
      return scalar.text();
    }
    fault(name, "should be a string", field.get());
    return otherwise;
  }

  boolean flag(String name, boolean otherwise) {
    Optional<Field> field = present(name);
    if (field.isEmpty()) {
      return otherwise;
    }
    Optional<Boolean> flag = Words.flag(field.get());
    if (flag.isEmpty()) {
      fault(name, "should be a boolean value", field.get());
    }
    return flag.orElse(otherwise);
  }

  /** One of the words, the first of which is meant when the field is absent. */
  String word(String name, String... words) {
    Optional<Field> field = present(name);
    if (field.isEmpty()) {
      return words[0];
    }
    if (field.get().value() instanceof Scalar scalar
        && scalar.isString()
        && List.of(words).contains(scalar.text())) {
      return scalar.text();
    }
    fault(name, "should be one of: " + String.join(", ", words), field.get());
    return words[0];
  }

  /** A list of text. */
  List<String> texts(String name) {
    Optional<Field> field = present(name);
    if (field.isEmpty()) {
      return List.of();
    }
    if (field.get().value() instanceof Items items
        && items.values().stream().allMatch(Value::isString)) {
      return items.values().stream().map(v -> ((Scalar) v).text()).toList();
    }
    fault(name, "should be an array of strings", field.get());
    return List.of();
  }

  /** A list of text, or a text alone. */
  List<String> textOrTexts(String name) {
    Optional<Field> field = present(name);
    if (field.isPresent() && field.get().value() instanceof Scalar one && one.isString()) {
      return List.of(one.text());
    }
    if (field.isPresent() && !(field.get().value() instanceof Items)) {
      fault(name, "should be an array of strings or a string", field.get());
      return List.of();
    }
    return texts(name);
  }

  /** A list of whole numbers, or one alone. */
  List<Integer> numbers(String name) {
    Optional<Field> field = present(name);
    if (field.isEmpty()) {
      return List.of();
    }
    List<Value> values =
        field.get().value() instanceof Items items ? items.values() : List.of(field.get().value());
    if (values.stream().allMatch(v -> integer(v).isPresent())) {
      return values.stream().flatMap(v -> integer(v).stream()).toList();
    }
    fault(name, "should be an array of integers or an integer", field.get());
    return List.of();
  }

  /** The whole number that this is. */
  static Optional<Integer> integer(Value value) {
    if (value instanceof Scalar s && s.kind() == Kind.NUMBER && s.text().matches("-?\\d{1,9}")) {
      return Optional.of(Integer.valueOf(s.text()));
    }
    return Optional.empty();
  }

  void fault(String name, String problem, Field field) {
    faults.add(where + " " + name.replace('_', ' ') + " " + problem, field.line());
  }
}

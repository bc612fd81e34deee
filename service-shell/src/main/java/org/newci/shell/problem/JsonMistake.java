package org.newci.shell.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.stream.Collectors;

/** Says in a sentence what is wrong with a JSON body, without a class name in it. */
final class JsonMistake {

  private JsonMistake() {}

  static String sentence(JsonProcessingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      String known =
          unknown.getKnownPropertyIds().stream()
              .map(String::valueOf)
              .sorted()
              .collect(Collectors.joining(", "));
      return "The field '%s' is not known here (expected one of: %s)."
          .formatted(unknown.getPropertyName(), known);
    }
    if (e instanceof MismatchedInputException mismatch && !mismatch.getPath().isEmpty()) {
      return "The field '%s' has a value of the wrong type (expected %s)."
          .formatted(field(mismatch), expected(mismatch.getTargetType()));
    }
    if (e instanceof MismatchedInputException) {
      return "The body is not a JSON object.";
    }
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return "The field '%s' cannot be read.".formatted(field(mapping));
    }
    var where = e.getLocation();
    return where == null
        ? "The body is not valid JSON."
        : "The body is not valid JSON (line %d, column %d)."
            .formatted(where.getLineNr(), where.getColumnNr());
  }

  private static String field(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String expected(Class<?> type) {
    if (type == String.class) {
      return "text";
    }
    if (type == Boolean.class || type == boolean.class) {
      return "true or false";
    }
    return Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a number" : "an object";
  }
}

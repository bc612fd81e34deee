package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.newci.shell.json.Json;

/** GitLab's own payloads, where they are at hand: ours must have the same keys. */
final class Fixtures {

  private final Path folder;

  private Fixtures(Path folder) {
    this.folder = folder;
  }

  static boolean present() {
    return Files.isDirectory(Path.of(System.getProperty("newci.fixtures", "none")));
  }

  /** Runs the check when the payloads are there. */
  static void ifThere(Consumer<Fixtures> check) {
    if (present()) {
      check.accept(new Fixtures(Path.of(System.getProperty("newci.fixtures"))));
    }
  }

  private JsonNode read(String name) {
    try {
      return Json.tree(Files.readString(folder.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ours has each key that the payload has, at every depth, but those named. */
  void hasKeysOf(String name, JsonNode ours, String... but) {
    List<String> missing = new ArrayList<>();
    compare("", read(name), ours, Set.of(but), missing);
    assertThat(missing).as("keys of %s that are missing", name).isEmpty();
  }

  private static void compare(
      String path, JsonNode theirs, JsonNode ours, Set<String> but, List<String> missing) {
    if (theirs.isObject() && ours.isObject()) {
      theirs
          .properties()
          .forEach(
              field -> {
                String key = field.getKey();
                if (but.contains(key)) {
                  return;
                }
                if (!ours.has(key)) {
                  missing.add(path + key);
                } else {
                  compare(path + key + ".", field.getValue(), ours.get(key), but, missing);
                }
              });
    } else if (theirs.isArray() && !theirs.isEmpty() && ours.isArray() && !ours.isEmpty()) {
      compare(path + "[].", theirs.get(0), ours.get(0), but, missing);
    }
  }

  /** Ours has what the schema requires, of the types that it names. */
  void fits(String schemaName, JsonNode ours) {
    JsonNode schema = read(schemaName);
    if (schema.path("type").asText().equals("array")) {
      schema = schema.path("items");
    }
    for (JsonNode required : schema.path("required")) {
      assertThat(ours.has(required.asText())).as("%s requires %s", schemaName, required).isTrue();
    }
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode type = property.getValue().path("type");
              JsonNode value = ours.path(property.getKey());
              if (!type.isMissingNode() && !value.isMissingNode()) {
                check(property.getKey(), type, value);
              }
            });
  }

  private static void check(String key, JsonNode type, JsonNode value) {
    List<String> types = new ArrayList<>();
    if (type.isArray()) {
      type.forEach(one -> types.add(one.asText()));
    } else {
      types.add(type.asText());
    }
    boolean fits =
        types.stream()
            .anyMatch(
                name ->
                    switch (name) {
                      case "integer" -> value.isIntegralNumber();
                      case "number" -> value.isNumber();
                      case "string", "date" -> value.isTextual();
                      case "boolean" -> value.isBoolean();
                      case "null" -> value.isNull();
                      case "array" -> value.isArray();
                      case "object" -> value.isObject();
                      default -> fail("unknown type " + name);
                    });
    assertThat(fits).as("%s is %s, expected %s", key, value, types).isTrue();
  }
}

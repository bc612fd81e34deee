package org.newci.standin.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.shell.json.Json;

/**
 * A variable that came with a pipeline or a job, not from the file or the project.
 *
 * @param type {@code env_var} or {@code file}
 */
public record GivenVariable(String key, String value, String type) {

  private static final TypeReference<List<GivenVariable>> LIST = new TypeReference<>() {};

  /** A plain one. */
  public static GivenVariable plain(String key, String value) {
    return new GivenVariable(key, value, "env_var");
  }

  /** As the REST API shows it. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("variable_type", type);
    json.put("key", key);
    json.put("value", value);
    json.put("raw", false);
    return json;
  }

  /** As they are kept. */
  static String write(List<GivenVariable> all) {
    return Json.write(all);
  }

  static List<GivenVariable> read(String json) {
    try {
      return Json.lenient().readValue(json, LIST);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("variables cannot be read", e);
    }
  }

  @Override
  public String toString() {
    return "GivenVariable[%s=…]".formatted(key);
  }
}

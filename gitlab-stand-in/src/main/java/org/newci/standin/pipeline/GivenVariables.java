package org.newci.standin.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.shell.json.Json;
import org.newci.shell.problem.ProblemPages;
import org.newci.standin.rest.RestError;

/** Reads variables that come with a request or a push. */
public final class GivenVariables {

  private static final int MOST = 1000;
  private static final int LONGEST_VALUE = 100_000;
  private static final String NAME = "[A-Za-z0-9_]{1,255}";

  private GivenVariables() {}

  /**
   * The list of that name in a request: objects with {@code key}, {@code value} and perhaps {@code
   * variable_type} in a JSON body, or {@code NAME[][key]} and so on in a form or the query. 400
   * when it is no such list.
   */
  static List<GivenVariable> of(Context ctx, String name) {
    List<GivenVariable> all =
        String.valueOf(ctx.contentType()).startsWith("application/json")
            ? ofJson(ProblemPages.text(ctx), name)
            : ofForm(ctx, name);
    if (all.size() > MOST) {
      throw RestError.parameter("%s has more than %d entries".formatted(name, MOST));
    }
    return all;
  }

  private static List<GivenVariable> ofJson(String body, String name) {
    JsonNode list;
    try {
      list = Json.tree(body.isBlank() ? "{}" : body).path(name);
    } catch (IllegalArgumentException e) {
      throw RestError.message(400, "400 Bad Request: " + e.getMessage());
    }
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw RestError.parameter(name + " is invalid");
    }
    List<GivenVariable> all = new ArrayList<>();
    for (JsonNode one : list) {
      if (!one.isObject() || !one.path("key").isTextual()) {
        throw RestError.parameter(name + "[key] is missing");
      }
      all.add(
          checked(
              name,
              one.path("key").asText(),
              one.path("value").asText(""),
              one.path("variable_type").asText("env_var")));
    }
    return all;
  }

  private static List<GivenVariable> ofForm(Context ctx, String name) {
    Map<String, List<String>> fields = new LinkedHashMap<>(ctx.queryParamMap());
    fields.putAll(ctx.formParamMap());
    List<String> keys = fields.getOrDefault(name + "[][key]", List.of());
    List<String> values = fields.getOrDefault(name + "[][value]", List.of());
    List<String> types = fields.getOrDefault(name + "[][variable_type]", List.of());
    List<GivenVariable> all = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      String value = i < values.size() ? values.get(i) : "";
      all.add(checked(name, keys.get(i), value, i < types.size() ? types.get(i) : "env_var"));
    }
    return all;
  }

  private static GivenVariable checked(String list, String key, String value, String type) {
    if (!key.matches(NAME)) {
      throw RestError.parameter("%s[key] is invalid".formatted(list));
    }
    if (!type.equals("env_var") && !type.equals("file")) {
      throw RestError.parameter("%s[variable_type] does not have a valid value".formatted(list));
    }
    if (value.length() > LONGEST_VALUE) {
      throw RestError.parameter("%s[value] is too long".formatted(list));
    }
    return new GivenVariable(key, value, type);
  }

  /** {@code KEY=value} of a push option; nothing when it is none, which GitLab ignores. */
  static List<GivenVariable> ofPushOptions(List<String> options) {
    Map<String, GivenVariable> all = new LinkedHashMap<>();
    for (String option : options) {
      String text = option.startsWith("ci.variable=") ? option.substring(12) : "";
      int equals = text.indexOf('=');
      if (equals > 0 && text.substring(0, equals).matches(NAME)) {
        String key = text.substring(0, equals);
        all.put(key, GivenVariable.plain(key, text.substring(equals + 1)));
      }
    }
    return List.copyOf(all.values());
  }
}

package org.newci.standin.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.newci.shell.json.Json;
import org.newci.shell.problem.ProblemPages;

/** The parameters of a call: from the query, a JSON object or a form, as GitLab takes them. */
public final class Params {

  private final Map<String, String> values = new LinkedHashMap<>();

  private Params() {}

  /** Reads them from that request. */
  public static Params of(Context ctx) {
    Params params = new Params();
    ctx.queryParamMap().forEach((name, all) -> params.put(name, all));
    String type = String.valueOf(ctx.contentType());
    if (type.startsWith("application/json")) {
      params.addJson(ProblemPages.text(ctx));
    } else if (type.startsWith("application/x-www-form-urlencoded")
        || type.startsWith("multipart/form-data")) {
      ctx.formParamMap().forEach((name, all) -> params.put(name, all));
    }
    return params;
  }

  private void put(String name, List<String> all) {
    if (!all.isEmpty()) {
      values.put(name.replace("[]", ""), String.join(",", all));
    }
  }

  private void addJson(String body) {
    if (body.isBlank()) {
      return;
    }
    JsonNode tree;
    try {
      tree = Json.tree(body);
    } catch (IllegalArgumentException e) {
      throw RestError.message(400, "400 Bad Request: " + e.getMessage());
    }
    if (!tree.isObject()) {
      throw RestError.message(400, "400 Bad Request: the body is not a JSON object");
    }
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      if (!field.getValue().isNull()) {
        values.put(field.getKey(), flat(field.getValue()));
      }
    }
  }

  private static String flat(JsonNode value) {
    if (value.isArray()) {
      StringJoiner all = new StringJoiner(",");
      value.forEach(item -> all.add(item.isValueNode() ? item.asText() : item.toString()));
      return all.toString();
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** 400 when one of these was sent: it would be wrong to answer as if it had not been. */
  public Params refuse(List<String> names) {
    for (String name : names) {
      if (values.containsKey(name)) {
        throw RestError.parameter(name + " is not supported by this server");
      }
    }
    return this;
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** The text, if it was sent. */
  public @Nullable String text(String name) {
    return values.get(name);
  }

  /** The text, or the fallback. */
  public String text(String name, String fallback) {
    return values.getOrDefault(name, fallback);
  }

  /** The text; 400 when it was not sent. */
  public String required(String name) {
    String value = values.get(name);
    if (value == null) {
      throw RestError.parameter(name + " is missing");
    }
    if (value.isEmpty()) {
      throw RestError.parameter(name + " is empty");
    }
    return value;
  }

  /** One of these words. */
  public String word(String name, String fallback, List<String> allowed) {
    String value = text(name, fallback);
    if (!allowed.contains(value)) {
      throw RestError.parameter(name + " does not have a valid value");
    }
    return value;
  }

  /** True or false. */
  public boolean flag(String name, boolean fallback) {
    String value = values.get(name);
    if (value == null) {
      return fallback;
    }
    // The words that Grape, GitLab's framework, takes: "True" comes from Python.
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "t", "yes", "y", "on", "1" -> true;
      case "false", "f", "no", "n", "off", "0" -> false;
      default -> throw RestError.parameter(name + " is invalid");
    };
  }

  /** A whole number of at least that size. */
  public int number(String name, int fallback, int smallest) {
    String value = values.get(name);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= smallest) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw RestError.parameter(name + " is invalid");
    }
    throw RestError.parameter(name + " does not have a valid value");
  }

  /** Words between commas. */
  public List<String> words(String name) {
    String value = text(name, "");
    return value.isBlank()
        ? List.of()
        : List.of(value.strip().split("\\s*,\\s*", -1)).stream()
            .filter(word -> !word.isEmpty())
            .toList();
  }
}

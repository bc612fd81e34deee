package org.newci.standin.runnerapi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.standin.ci.CiVariable;
import org.newci.standin.pipeline.GivenVariable;
import org.newci.standin.project.Variable;

/** A job's variables as the runner gets them: of one name only the strongest. */
final class JobVariables {

  private final Map<String, Map<String, Object>> all = new LinkedHashMap<>();

  /** Adds GitLab's own; public, for anybody may see them. */
  JobVariables predefined(Map<String, String> variables) {
    variables.forEach((key, value) -> put(key, value, true, false, false, false));
    return this;
  }

  /** Adds one of GitLab's own that must not be shown. */
  JobVariables secret(String key, String value) {
    return put(key, value, false, false, true, false);
  }

  /** Adds the CI file's. */
  JobVariables file(List<CiVariable> variables) {
    variables.forEach(v -> put(v.key(), v.value(), true, false, false, v.raw()));
    return this;
  }

  /** Adds the project's, which are stronger than the file's. */
  JobVariables project(List<Variable> variables, boolean protectedRef) {
    for (Variable v : variables) {
      if (v.reaches(protectedRef)) {
        put(v.key(), v.value(), false, v.type().equals("file"), v.masked(), v.raw());
      }
    }
    return this;
  }

  /** Adds those that came with the pipeline, another job or whoever played this one. */
  JobVariables given(List<GivenVariable> variables) {
    variables.forEach(v -> put(v.key(), v.value(), false, v.type().equals("file"), false, false));
    return this;
  }

  private JobVariables put(
      String key, String value, boolean open, boolean file, boolean masked, boolean raw) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", key);
    json.put("value", value);
    json.put("public", open);
    json.put("file", file);
    json.put("masked", masked);
    json.put("raw", raw);
    all.remove(key);
    all.put(key, json);
    return this;
  }

  /** All, the weakest first. */
  List<Map<String, Object>> json() {
    return new ArrayList<>(all.values());
  }
}

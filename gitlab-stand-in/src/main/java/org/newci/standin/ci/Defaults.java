package org.newci.standin.ci;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** What a job gets where it says nothing itself; its own value replaces the default as a whole. */
record Defaults(
    List<String> beforeScript,
    List<String> afterScript,
    Optional<ArtifactSpec> artifacts,
    Optional<Duration> timeout,
    List<String> tags) {

  /** Reads {@code default}, and the scripts that stand at the top of the file as such. */
  static Defaults read(Fields top, Parts parts) {
    Map<String, Field> own = new LinkedHashMap<>();
    Field field = top.fields().get("default");
    if (field != null && !field.value().isNull()) {
      if (field.value() instanceof Fields fields) {
        Keywords.DEFAULT.check("default", fields, parts.faults());
        own.putAll(fields.fields());
      } else {
        parts.faults().add("default config should be a hash", field.line());
      }
    }
    Map<String, Field> all = new LinkedHashMap<>(own);
    for (String name : List.of("before_script", "after_script")) {
      Field global = top.fields().get(name);
      if (global != null && !global.value().isNull()) {
        if (own.containsKey(name)) {
          parts.faults().add(name + " is defined in top-level and `default:` entry", global.line());
        }
        all.put(name, global);
      }
    }
    all.values().removeIf(f -> f.value().isNull());
    return new Defaults(
        parts.script("default", "before_script", all).orElse(List.of()),
        parts.script("default", "after_script", all).orElse(List.of()),
        parts.artifacts("default", all),
        parts.timeout("default", all),
        parts.tags("default", all).orElse(List.of()));
  }
}

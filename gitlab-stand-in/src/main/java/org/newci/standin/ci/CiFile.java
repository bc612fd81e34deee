package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads a {@code .gitlab-ci.yml}. */
public final class CiFile {
  private CiFile() {}

  /** What this file means for this push. Never throws for any text. */
  public static Compiled compile(String yaml, PushContext context) {
    List<String> stages = List.of(".pre", "build", "test", "deploy", ".post");
    List<JobSpec> jobs = new ArrayList<>();
    try {
      if (new Load(LoadSettings.builder().build()).loadFromString(yaml) instanceof Map<?, ?> m) {
        m.forEach((name, body) -> jobs.add(job(String.valueOf(name), body)));
      }
    } catch (YamlEngineException e) {
      return new Compiled.Invalid(List.of(String.valueOf(e.getMessage())));
    }
    return new Compiled.Pipeline(stages, jobs, List.of());
  }

  private static JobSpec job(String name, Object body) {
    List<String> script = new ArrayList<>();
    if (body instanceof Map<?, ?> map) {
      if (map.get("script") instanceof List<?> lines) {
        lines.forEach(line -> script.add(String.valueOf(line)));
      } else {
        script.add(String.valueOf(map.get("script")));
      }
    }
    return new JobSpec(
        name,
        "test",
        2,
        script,
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        JobWhen.ON_SUCCESS,
        false,
        List.of(),
        Optional.empty());
  }
}

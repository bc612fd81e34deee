package org.newci.standin.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newci.shell.json.Json;
import org.newci.standin.ci.ArtifactSpec;
import org.newci.standin.ci.CiVariable;
import org.newci.standin.ci.JobSpec;
import org.newci.standin.ci.JobWhen;
import org.newci.standin.ci.Need;

/** A job's definition as it is kept: JSON whose absent parts are null. */
record JobDefinition(
    String name,
    String stage,
    int stageIndex,
    List<String> script,
    List<String> afterScript,
    List<CiVariable> variables,
    @Nullable ArtifactSpec artifacts,
    @Nullable List<Need> needs,
    @Nullable List<String> dependencies,
    JobWhen when,
    boolean allowFailure,
    List<String> tags,
    @Nullable Long timeoutSeconds) {

  static String write(JobSpec spec) {
    return Json.write(
        new JobDefinition(
            spec.name(),
            spec.stage(),
            spec.stageIndex(),
            spec.script(),
            spec.afterScript(),
            spec.variables(),
            spec.artifacts().orElse(null),
            spec.needs().orElse(null),
            spec.dependencies().orElse(null),
            spec.when(),
            spec.allowFailure(),
            spec.tags(),
            spec.timeout().map(Duration::toSeconds).orElse(null)));
  }

  static JobSpec read(String json) {
    try {
      JobDefinition kept = Json.lenient().readValue(json, JobDefinition.class);
      return new JobSpec(
          kept.name(),
          kept.stage(),
          kept.stageIndex(),
          kept.script(),
          kept.afterScript(),
          kept.variables(),
          Optional.ofNullable(kept.artifacts()),
          Optional.ofNullable(kept.needs()),
          Optional.ofNullable(kept.dependencies()),
          kept.when(),
          kept.allowFailure(),
          kept.tags(),
          Optional.ofNullable(kept.timeoutSeconds()).map(Duration::ofSeconds));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's definition cannot be read", e);
    }
  }
}

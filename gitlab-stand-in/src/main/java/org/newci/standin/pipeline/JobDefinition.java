package org.newci.standin.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import org.newci.shell.json.Json;
import org.newci.standin.ci.JobSpec;

/** A job's definition as it is kept: JSON with the fields of {@link JobSpec}. */
final class JobDefinition {
  private static final JsonMapper MAPPER =
      Json.lenient().rebuild().addModule(new Jdk8Module()).build();

  private JobDefinition() {}

  static String write(JobSpec spec) {
    try {
      return MAPPER.writeValueAsString(spec);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's definition cannot be written", e);
    }
  }

  static JobSpec read(String json) {
    try {
      return MAPPER.readValue(json, JobSpec.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job's definition cannot be read", e);
    }
  }
}

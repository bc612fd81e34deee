package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Scalar;

/** Reads the jobs of a file, whether the rules will let them in or not. */
final class JobReader {
  /**
   * A job as the file has it.
   *
   * @param line of its name
   */
  record Draft(JobSpec job, Admission admission, int line) {}

  /** Words that bring a job what it runs; they are refused, but then a missing script is none. */
  private static final List<String> INSTEAD_OF_SCRIPT = List.of("trigger", "run", "extends");

  private static final int LONGEST_NAME = 255;

  private final Top top;
  private final Parts parts;
  private final Faults faults;
  private final RuleReader rules;
  private final Variables variables;

  JobReader(Top top, Parts parts) {
    this.top = top;
    this.parts = parts;
    this.faults = parts.faults();
    this.rules = new RuleReader(faults);
    this.variables = new Variables(faults);
  }

  Draft read(String name, Fields body, int line) {
    String where = "jobs:" + name;
    if (name.isBlank()) {
      faults.add("jobs name can't be blank", line);
    } else if (name.length() > LONGEST_NAME) {
      faults.add(where + " name is too long (maximum is 255 characters)", line);
    }
    Keywords.JOB.check(where, body, faults);
    Map<String, Field> job = new LinkedHashMap<>(body.fields());
    job.values().removeIf(field -> field.value().isNull());
    String stage = stage(where, job);
    Optional<List<Need>> needs = parts.needs(where, job);
    JobSpec spec =
        new JobSpec(
            new JobPlace(name, name, stage, stageIndex(name, stage, job, line), Optional.empty()),
            new JobCommands(
                script(where, job, line),
                parts.script(where, "after_script", job).orElse(top.defaults().afterScript()),
                List.of()),
            ownVariables(where, job),
            new JobTurn(
                when(where, job),
                Optional.empty(),
                needs,
                parts.dependencies(where, job),
                Optional.empty()),
            new Tolerance(
                AllowFailure.of(
                    job.containsKey("allow_failure")
                        && parts
                            .words()
                            .allowFailure(where, job.get("allow_failure"))
                            .orElse(false)),
                RetrySpec.NEVER,
                job.containsKey("timeout") ? parts.timeout(where, job) : top.defaults().timeout(),
                false),
            new JobKeeps(
                job.containsKey("artifacts")
                    ? parts.artifacts(where, job)
                    : top.defaults().artifacts(),
                List.of()),
            new Surroundings(
                Optional.empty(),
                List.of(),
                parts.tags(where, job).orElse(top.defaults().tags()),
                Optional.empty(),
                Optional.empty()));
    return new Draft(spec, rules.read(where, body), line);
  }

  private List<CiVariable> ownVariables(String where, Map<String, Field> job) {
    Field field = job.get("variables");
    return field == null ? List.of() : variables.read(where + ":variables", field);
  }

  private JobWhen when(String where, Map<String, Field> job) {
    Field field = job.get("when");
    return field == null
        ? JobWhen.ON_SUCCESS
        : parts.words().jobWhen(where, field, "").orElse(JobWhen.ON_SUCCESS);
  }

  private String stage(String where, Map<String, Field> job) {
    Field field = job.get("stage");
    if (field == null) {
      return "test";
    }
    if (field.value() instanceof Scalar scalar && scalar.isString()) {
      return scalar.text();
    }
    faults.add(where + ":stage config should be a string", field.line());
    return top.stages().getFirst();
  }

  private int stageIndex(String name, String stage, Map<String, Field> job, int line) {
    int index = top.stages().indexOf(stage);
    if (index < 0) {
      Field field = job.get("stage");
      faults.add(
          name
              + " job: chosen stage "
              + stage
              + " does not exist; available stages are "
              + String.join(", ", top.stages()),
          field == null ? line : field.line());
    }
    return Math.max(0, index);
  }

  private List<String> script(String where, Map<String, Field> job, int line) {
    Field field = job.get("script");
    if (field == null) {
      if (INSTEAD_OF_SCRIPT.stream().noneMatch(job::containsKey)) {
        faults.add(where + " config should implement the script:, run:, or trigger: keyword", line);
      }
      return List.of();
    }
    Optional<List<String>> script = parts.script(where, "script", job);
    boolean blank =
        script.isPresent()
            && (script.get().isEmpty()
                || (field.value() instanceof Scalar one && one.text().isBlank()));
    if (blank) {
      faults.add(where + " script can't be blank", field.line());
    }
    List<String> all =
        new ArrayList<>(
            parts.script(where, "before_script", job).orElse(top.defaults().beforeScript()));
    all.addAll(script.orElse(List.of()));
    long characters = all.stream().mapToLong(String::length).sum();
    if (characters > Scripts.CHARACTERS || all.size() > Scripts.LINES_OF_A_JOB) {
      faults.add(
          where
              + " script is longer than "
              + Scripts.CHARACTERS
              + " characters or "
              + Scripts.LINES_OF_A_JOB
              + " lines",
          line);
      return List.of();
    }
    return all;
  }
}

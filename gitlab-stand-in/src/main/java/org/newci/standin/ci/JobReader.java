package org.newci.standin.ci;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.ParallelReader.Copy;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Scalar;

/** Reads the jobs of a file, whether the rules will let them in or not. */
final class JobReader {
  /** Words that bring a job what it runs; they are refused, but then a missing script is none. */
  private static final List<String> INSTEAD_OF_SCRIPT = List.of("trigger", "run");

  private static final int LONGEST_NAME = 255;

  private final Top top;
  private final Parts parts;
  private final Faults faults;
  private final PolicyReader policies;
  private final ParallelReader parallels;
  private final Variables variables;

  JobReader(Top top, Parts parts, RuleReader rules) {
    this.top = top;
    this.parts = parts;
    this.faults = parts.faults();
    this.policies = new PolicyReader(faults, rules);
    this.parallels = new ParallelReader(faults);
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
    Section section = new Section(where, body, faults);
    Inherit inherit = Inherit.read(where, job, faults);
    Defaults settled = top.defaults().under(Defaults.read(where, job, parts), inherit.defaults());
    JobSpec spec =
        new JobSpec(
            place(name, section, line),
            new JobCommands(
                script(where, job, settled, line),
                settled.commands().after().orElse(List.of()),
                settled.commands().preGetSources().orElse(List.of())),
            section
                .present("variables")
                .map(field -> variables.read(where + ":variables", field))
                .orElse(List.of()),
            turn(section),
            tolerance(section, settled.failing()),
            new JobKeeps(
                settled.artifacts().filter(ArtifactSpec::leavesAnything),
                settled.caches().orElse(List.of())),
            surroundings(section, settled.where()));
    section.text("manual_confirmation", "");
    return new Draft(
        spec,
        section
            .present("needs")
            .map(field -> new NeedReader(faults, parallels).needs(where, field)),
        section.present("parallel").map(f -> parallels.copies(where, f)).orElse(Copy.ALONE),
        inherit,
        policies.admission(where, job),
        line);
  }

  private JobTurn turn(Section job) {
    Optional<JobWhen> when =
        job.present("when").flatMap(field -> parts.words().jobWhen(job.where(), field, ""));
    // With rules the fault of a start_in beside them is told there.
    Optional<Duration> startIn =
        job.has("rules") && job.has("start_in")
            ? Optional.empty()
            : parts.words().startIn(job, when);
    return new JobTurn(
        when.orElse(JobWhen.ON_SUCCESS),
        startIn,
        Optional.empty(),
        job.present("dependencies")
            .flatMap(field -> parts.scripts().names(job.where() + " dependencies", field)),
        job.has("resource_group") ? Optional.of(job.text("resource_group", "")) : Optional.empty());
  }

  private Tolerance tolerance(Section job, Defaults.Failing failing) {
    // A manual job that says nothing of failing is one that nobody waits for.
    AllowFailure otherwise = AllowFailure.of(job.text("when", "").equals("manual"));
    return new Tolerance(
        job.present("allow_failure")
            .map(field -> parts.failures().allowFailure(job.where(), field))
            .orElse(otherwise),
        failing.retry().orElse(RetrySpec.NEVER),
        failing.timeout(),
        failing.interruptible().orElse(false));
  }

  private Surroundings surroundings(Section job, Defaults.Where settled) {
    return new Surroundings(
        settled.image(),
        settled.services().orElse(List.of()),
        settled.tags().orElse(List.of()),
        job.present("environment")
            .flatMap(field -> new EnvironmentReader(faults).environment(job.where(), field)),
        job.present("coverage").flatMap(field -> parts.words().coverage(job.where(), field)));
  }

  private JobPlace place(String name, Section job, int line) {
    // Files of before GitLab 8 say type.
    String keyword = job.has("stage") ? "stage" : "type";
    Optional<Field> field = job.present(keyword);
    String stage = "test";
    if (field.isPresent()) {
      if (field.get().value() instanceof Scalar scalar && scalar.isString()) {
        stage = scalar.text();
      } else {
        faults.add(job.where() + ":stage config should be a string", field.get().line());
        stage = top.stages().getFirst();
      }
    }
    int index = top.stages().indexOf(stage);
    if (index < 0) {
      faults.add(
          name
              + " job: chosen stage "
              + stage
              + " does not exist; available stages are "
              + String.join(", ", top.stages()),
          field.map(Field::line).orElse(line));
    }
    return new JobPlace(name, name, stage, Math.max(0, index), Optional.empty());
  }

  private List<String> script(String where, Map<String, Field> job, Defaults settled, int line) {
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
    List<String> all = new ArrayList<>(settled.commands().before().orElse(List.of()));
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

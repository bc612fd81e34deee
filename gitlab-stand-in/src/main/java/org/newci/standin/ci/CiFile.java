package org.newci.standin.ci;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.newci.standin.ci.JobReader.Draft;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/**
 * Reads a {@code .gitlab-ci.yml}. The language is GitLab's (docs.gitlab.com, "CI/CD YAML syntax
 * reference") as far as {@link Keywords} says; every other word makes the file invalid by name.
 */
public final class CiFile {
  /** Bytes of a file. */
  public static final int LARGEST_BYTES = 1 << 20;

  /** Jobs of a file. */
  public static final int MOST_JOBS = 500;

  /** GitLab's sentence when the rules leave no job. */
  public static final String NO_JOBS =
      "Pipeline will not run for the selected trigger. The rules configuration prevented any jobs"
          + " from being added to the pipeline.";

  private CiFile() {}

  /** As {@link #compile(String, PushContext)}; bytes that are not UTF-8 make the file invalid. */
  public static Compiled compile(byte[] yaml, PushContext context) {
    if (yaml.length > LARGEST_BYTES) {
      return tooLarge();
    }
    try {
      return compile(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(yaml)).toString(), context);
    } catch (CharacterCodingException e) {
      return new Compiled.Invalid(List.of("Invalid configuration format: the file is not UTF-8"));
    }
  }

  /** What this file means for this push. Never throws for any text; the time has a bound. */
  public static Compiled compile(String yaml, PushContext context) {
    if (yaml.length() > LARGEST_BYTES) {
      return tooLarge();
    }
    try {
      Value root = YamlText.read(yaml.startsWith("\uFEFF") ? yaml.substring(1) : yaml);
      if (root.isNull()) {
        return new Compiled.Invalid(List.of("Please provide content of .gitlab-ci.yml"));
      }
      if (!(root instanceof Fields file)) {
        return new Compiled.Invalid(List.of("Invalid configuration format"));
      }
      return compile(file, context);
    } catch (YamlText.NotYaml e) {
      return new Compiled.Invalid(List.of(Shown.text(e.sentence())));
    }
  }

  private static Compiled tooLarge() {
    return new Compiled.Invalid(
        List.of("The file is too big: more than " + LARGEST_BYTES + " bytes"));
  }

  private static Compiled compile(Fields file, PushContext context) {
    Faults faults = new Faults();
    Parts parts = Parts.of(faults);
    Top top = Top.read(file, parts);
    List<Draft> drafts = drafts(file, new JobReader(top, parts), faults);
    new JobGraph(drafts, faults).check();
    if (!faults.none()) {
      return faults.invalid();
    }
    List<JobSpec> jobs = admitted(top, drafts, context, faults);
    new JobGraph(drafts, faults).checkPresent(jobs);
    if (!faults.none()) {
      return faults.invalid();
    }
    boolean onlyEnds =
        jobs.stream().allMatch(j -> j.stage().equals(".pre") || j.stage().equals(".post"));
    return onlyEnds
        ? new Compiled.NoJobs(NO_JOBS)
        : new Compiled.Pipeline(
            top.stages(), JobGraph.withoutAbsentNeeds(jobs), top.variables(), Workflow.PLAIN);
  }

  private static List<Draft> drafts(Fields file, JobReader reader, Faults faults) {
    List<Draft> drafts = new ArrayList<>();
    for (Map.Entry<String, Field> entry : file.fields().entrySet()) {
      String name = entry.getKey();
      Field field = entry.getValue();
      if (Keywords.TOP.followed().contains(name) || name.startsWith(".")) {
        continue;
      }
      if (Keywords.TOP.refused().contains(name)) {
        faults.add(Keywords.unsupported("root", name), field.line());
      } else if (!(field.value() instanceof Fields body)) {
        faults.add("root config contains unknown keys: " + name, field.line());
      } else if (drafts.size() == MOST_JOBS) {
        faults.add("The number of jobs has exceeded the limit of " + MOST_JOBS, field.line());
        break;
      } else {
        drafts.add(reader.read(name, body, field.line()));
      }
    }
    if (drafts.isEmpty()) {
      faults.add("jobs config should contain at least one visible job");
    }
    return drafts;
  }

  /** The jobs that the rules let in, with what the rules say of them, by stage. */
  private static List<JobSpec> admitted(
      Top top, List<Draft> drafts, PushContext context, Faults faults) {
    Sight.Work work = new Sight.Work();
    List<JobSpec> jobs = new ArrayList<>();
    for (Draft draft : drafts) {
      List<CiVariable> own = Variables.layered(top.variables(), draft.job().variables());
      Sight sight = new Sight(visible(own, context), work);
      draft
          .admission()
          .decide(context, sight)
          .map(verdict -> settled(draft.job(), own, verdict, context))
          .ifPresent(jobs::add);
    }
    if (work.isUsedUp()) {
      faults.add("The rules of the file take too long to evaluate");
    }
    jobs.sort(Comparator.comparingInt(JobSpec::stageIndex));
    return jobs;
  }

  private static Map<String, String> visible(List<CiVariable> own, PushContext context) {
    Map<String, String> visible = new HashMap<>();
    visible.putAll(context.predefined());
    own.forEach(v -> visible.put(v.key(), v.value()));
    visible.putAll(context.settings());
    return visible;
  }

  private static JobSpec settled(
      JobSpec job, List<CiVariable> own, Admission.Verdict verdict, PushContext context) {
    List<CiVariable> variables = Variables.layered(own, verdict.variables());
    Map<String, String> visible = visible(variables, context);
    JobTurn turn = job.turn();
    Surroundings around = job.surroundings();
    return new JobSpec(
        job.place(),
        job.commands(),
        variables,
        new JobTurn(
            verdict.when().orElse(job.when()),
            turn.startIn(),
            turn.needs(),
            turn.dependencies(),
            turn.resourceGroup()),
        verdict
            .allowFailure()
            .map(allow -> job.tolerance().allowing(AllowFailure.of(allow)))
            .orElse(job.tolerance()),
        job.keeps(),
        new Surroundings(
            around.image(),
            around.services(),
            job.tags().stream().map(tag -> Variables.fill(tag, visible)).distinct().toList(),
            around.environment(),
            around.coverage()));
  }
}

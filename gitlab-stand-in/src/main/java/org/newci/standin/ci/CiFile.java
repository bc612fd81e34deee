package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** GitLab's sentence when the workflow's rules allow no pipeline. */
  public static final String FILTERED_OUT = "Pipeline filtered out by workflow rules.";

  private CiFile() {}

  /** As {@link #compile(String, PushContext)}; bytes that are not UTF-8 make the file invalid. */
  public static Compiled compile(byte[] yaml, PushContext context) {
    try {
      return compile(CiText.decode(yaml), context);
    } catch (Unusable e) {
      return new Compiled.Invalid(List.of(e.sentence()));
    }
  }

  /** What this file means for this push. Never throws for any text; the time has a bound. */
  public static Compiled compile(String yaml, PushContext context) {
    try {
      CiText.checkSize(yaml.length());
      Tree tree = new Tree(new Lines());
      Value root = YamlText.read(yaml, tree, 0);
      if (root.isNull()) {
        return new Compiled.Invalid(List.of("Please provide content of .gitlab-ci.yml"));
      }
      if (!(root instanceof Fields file)) {
        return new Compiled.Invalid(List.of("Invalid configuration format"));
      }
      Faults faults = new Faults(tree.lines());
      Sight.Work work = new Sight.Work();
      Fields whole = new Includes(context, tree, faults, work).resolve(file);
      if (!faults.none()) {
        return faults.invalid();
      }
      whole = References.resolve(Extends.resolve(whole, tree), tree);
      return compile(whole, context, faults, work);
    } catch (Unusable e) {
      return new Compiled.Invalid(List.of(Shown.text(e.sentence())));
    }
  }

  private static Compiled compile(
      Fields file, PushContext context, Faults faults, Sight.Work work) {
    Parts parts = Parts.of(faults, context.files());
    RuleReader rules = new RuleReader(faults);
    Top top = Top.read(file, parts, rules);
    List<Draft> drafts = Copies.of(drafts(file, new JobReader(top, parts, rules), faults), faults);
    new JobGraph(drafts, faults).check();
    if (!faults.none()) {
      return faults.invalid();
    }
    Selection selection = new Selection(context, work, faults);
    Optional<Selection.Frame> frame = selection.frame(top.workflow(), top.variables());
    if (frame.isEmpty()) {
      return new Compiled.NoJobs(FILTERED_OUT);
    }
    List<JobSpec> jobs = selection.jobs(drafts, frame.get().globals());
    new JobGraph(drafts, faults).checkPresent(jobs);
    if (!faults.none()) {
      return faults.invalid();
    }
    boolean onlyEnds =
        jobs.stream().allMatch(j -> j.stage().equals(".pre") || j.stage().equals(".post"));
    return onlyEnds
        ? new Compiled.NoJobs(NO_JOBS)
        : new Compiled.Pipeline(
            top.stages(),
            JobGraph.withoutAbsentNeeds(jobs),
            frame.get().globals(),
            frame.get().workflow());
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
}

package org.newci.standin.ci;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** What stands in a file beside its jobs. */
record Top(
    List<String> stages,
    List<CiVariable> variables,
    Defaults defaults,
    WorkflowReader.Plan workflow) {
  private static final List<String> STAGES = List.of("build", "test", "deploy");

  static Top read(Fields file, Parts parts, RuleReader rules) {
    Section top = new Section("root", file, parts.faults());
    return new Top(
        stages(top, parts),
        top.present("variables")
            .map(field -> new Variables(parts.faults()).read("variables", field))
            .orElse(List.of()),
        Defaults.read("default", Defaults.fields(file, parts.faults()), parts),
        top.present("workflow")
            .map(field -> new WorkflowReader(parts.faults(), rules).plan(field))
            .orElse(WorkflowReader.Plan.PLAIN));
  }

  /** {@code .pre} and {@code .post} are always there, and always the ends. */
  private static List<String> stages(Section top, Parts parts) {
    // Files of before GitLab 8 say types.
    String name = top.has("stages") ? "stages" : "types";
    Field field = top.present(name).orElse(null);
    List<String> named =
        field == null ? STAGES : parts.scripts().nestedNames(name, field).orElse(STAGES);
    SequencedSet<String> stages = new LinkedHashSet<>(named);
    stages.addFirst(".pre");
    stages.addLast(".post");
    return List.copyOf(stages);
  }
}

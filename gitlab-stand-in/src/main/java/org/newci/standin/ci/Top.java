package org.newci.standin.ci;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** What stands in a file beside its jobs. */
record Top(List<String> stages, List<CiVariable> variables, Defaults defaults) {
  private static final List<String> STAGES = List.of("build", "test", "deploy");

  static Top read(Fields file, Parts parts) {
    Field variables = file.fields().get("variables");
    return new Top(
        stages(file, parts),
        variables == null ? List.of() : new Variables(parts.faults()).read("variables", variables),
        Defaults.read(file, parts));
  }

  /** {@code .pre} and {@code .post} are always there, and always the ends. */
  private static List<String> stages(Fields file, Parts parts) {
    Field field = file.fields().get("stages");
    List<String> named =
        field == null || field.value().isNull()
            ? STAGES
            : parts.scripts().nestedNames("stages", field).orElse(STAGES);
    SequencedSet<String> stages = new LinkedHashSet<>(named);
    stages.addFirst(".pre");
    stages.addLast(".post");
    return List.copyOf(stages);
  }
}

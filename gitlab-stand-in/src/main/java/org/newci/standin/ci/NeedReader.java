package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code needs}, of a job or of a rule. */
record NeedReader(Faults faults, ParallelReader parallels) {
  /** Jobs that one job may need. */
  static final int MOST = 50;

  /**
   * What the file asks for, before parallel jobs become several.
   *
   * @param copies names behind the job's own of those that {@code parallel: matrix} picks; empty
   *     for all
   */
  record Wanted(String job, List<String> copies, boolean artifacts, boolean optional) {}

  List<Wanted> needs(String where, Field field) {
    if (!(field.value() instanceof Items items)) {
      faults.add(where + ":needs config can only be a hash or an array", field.line());
      return List.of();
    }
    if (items.values().size() > MOST) {
      faults.add(tooMany(bare(where), items.values().size()), field.line());
      return List.of();
    }
    List<Wanted> needs = new ArrayList<>();
    items.values().forEach(item -> need(where + ":needs", item).ifPresent(needs::add));
    checkTwice(where, needs, field);
    return needs;
  }

  static String tooMany(String job, int count) {
    return job
        + ": one job can only need "
        + MOST
        + " others, but you have listed "
        + count
        + ". See needs keyword documentation for more details";
  }

  private static String bare(String where) {
    return where.replaceFirst("^jobs:", "");
  }

  private void checkTwice(String where, List<Wanted> needs, Field field) {
    Set<Wanted> wanted = new LinkedHashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    for (Wanted need : needs) {
      if (!wanted.add(new Wanted(need.job(), need.copies(), true, true))) {
        twice.add(need.job());
      }
    }
    if (!twice.isEmpty()) {
      faults.add(
          bare(where) + " has the following needs duplicated: " + String.join(", ", twice) + ".",
          field.line());
    }
  }

  private Optional<Wanted> need(String where, Value value) {
    if (value instanceof Scalar scalar && scalar.isString()) {
      return Optional.of(new Wanted(scalar.text(), List.of(), true, false));
    }
    if (!(value instanceof Fields fields)) {
      faults.add(where + ":need config should be a string or a hash", value.line());
      return Optional.empty();
    }
    Keywords.NEED.check(where + ":need", fields, faults);
    Section section = new Section(where + ":need", fields, faults);
    Optional<Field> job = section.present("job");
    if (job.isEmpty() || !(job.get().value() instanceof Scalar name) || !name.isString()) {
      // A need of another project was already refused by its own word.
      if (!Keywords.NEED.refusesOneOf(fields)) {
        faults.add(where + ":need job should be a string", fields.line());
      }
      return Optional.empty();
    }
    List<String> copies =
        section
            .present("parallel")
            .map(parallel -> parallels.picked(where + ":need", parallel))
            .orElse(List.of());
    return Optional.of(
        new Wanted(
            name.text(), copies, section.flag("artifacts", true), section.flag("optional", false)));
  }
}

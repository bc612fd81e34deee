package org.newci.standin.ci;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads the parts of a job (or of {@code default}); a part that is absent is empty. */
record Parts(Faults faults, Scripts scripts, Words words) {
  /** Tags of one job. */
  static final int TAGS = 50;

  /** Jobs that one job may need. */
  static final int NEEDS = 50;

  static Parts of(Faults faults) {
    return new Parts(faults, new Scripts(faults), new Words(faults));
  }

  Optional<List<String>> script(String where, String name, Map<String, Field> job) {
    Field field = job.get(name);
    return field == null ? Optional.empty() : scripts.script(where + ":" + name, field);
  }

  Optional<Duration> timeout(String where, Map<String, Field> job) {
    Field field = job.get("timeout");
    return field == null ? Optional.empty() : words.timeout(where, field);
  }

  Optional<List<String>> tags(String where, Map<String, Field> job) {
    Field field = job.get("tags");
    if (field == null) {
      return Optional.empty();
    }
    Optional<List<String>> tags = scripts.names(where + ":tags config", field);
    if (tags.isPresent() && tags.get().size() > TAGS) {
      faults.add(where + ":tags config must be less than the limit of 50 tags", field.line());
    }
    return tags;
  }

  Optional<List<String>> dependencies(String where, Map<String, Field> job) {
    Field field = job.get("dependencies");
    return field == null ? Optional.empty() : scripts.names(where + " dependencies", field);
  }

  /** Artifacts without paths are none. */
  Optional<ArtifactSpec> artifacts(String where, Map<String, Field> job) {
    Field field = job.get("artifacts");
    if (field == null) {
      return Optional.empty();
    }
    String here = where + ":artifacts";
    if (!(field.value() instanceof Fields fields)) {
      faults.add(here + " config should be a hash", field.line());
      return Optional.empty();
    }
    Keywords.ARTIFACTS.check(here, fields, faults);
    Field paths = fields.fields().get("paths");
    Field name = fields.fields().get("name");
    Field when = fields.fields().get("when");
    List<String> globs =
        paths == null ? List.of() : scripts.names(here + " paths", paths).orElse(List.of());
    String archive = "";
    if (name != null && name.value() instanceof Scalar scalar && scalar.isString()) {
      archive = scalar.text();
    } else if (name != null && !name.value().isNull()) {
      faults.add(here + " name should be a string", name.line());
    }
    ArtifactWhen upload =
        when == null || when.value().isNull()
            ? ArtifactWhen.ON_SUCCESS
            : words.artifactWhen(here, when);
    return globs.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ArtifactSpec(
                archive,
                new ArtifactSpec.Files(globs, List.of(), false),
                upload,
                "",
                "all",
                Map.of()));
  }

  Optional<List<Need>> needs(String where, Map<String, Field> job) {
    Field field = job.get("needs");
    if (field == null) {
      return Optional.empty();
    }
    if (!(field.value() instanceof Items items)) {
      faults.add(where + ":needs config can only be a hash or an array", field.line());
      return Optional.empty();
    }
    if (items.values().size() > NEEDS) {
      faults.add(
          where.replaceFirst("^jobs:", "")
              + ": one job can only need "
              + NEEDS
              + " others, but you have listed "
              + items.values().size()
              + ". See needs keyword documentation for more details",
          field.line());
      return Optional.empty();
    }
    List<Need> needs = new ArrayList<>();
    items.values().forEach(item -> need(where + ":needs", item).ifPresent(needs::add));
    checkTwice(where, needs, field);
    return Optional.of(needs);
  }

  private void checkTwice(String where, List<Need> needs, Field field) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> twice = new LinkedHashSet<>();
    needs.stream().map(Need::job).filter(n -> !names.add(n)).forEach(twice::add);
    if (!twice.isEmpty()) {
      faults.add(
          where.replaceFirst("^jobs:", "")
              + " has the following needs duplicated: "
              + String.join(", ", twice)
              + ".",
          field.line());
    }
  }

  private Optional<Need> need(String where, Value value) {
    if (value instanceof Scalar scalar && scalar.isString()) {
      return Optional.of(new Need(scalar.text(), true, false));
    }
    if (!(value instanceof Fields fields)) {
      faults.add(where + ":need config should be a string or a hash", value.line());
      return Optional.empty();
    }
    Keywords.NEED.check(where + ":need", fields, faults);
    Field job = fields.fields().get("job");
    if (job == null || !(job.value() instanceof Scalar name) || !name.isString()) {
      // A need of another project was already refused by its own word.
      if (Keywords.NEED.refused().stream().noneMatch(fields.fields()::containsKey)) {
        faults.add(where + ":need job should be a string", fields.line());
      }
      return Optional.empty();
    }
    return Optional.of(
        new Need(
            name.text(),
            needFlag(where, "artifacts", fields, true),
            needFlag(where, "optional", fields, false)));
  }

  private boolean needFlag(String where, String name, Fields fields, boolean otherwise) {
    Field field = fields.fields().get(name);
    if (field == null || field.value().isNull()) {
      return otherwise;
    }
    Optional<Boolean> flag = Words.flag(field);
    if (flag.isEmpty()) {
      faults.add(where + ":need " + name + " should be a boolean value", field.line());
    }
    return flag.orElse(otherwise);
  }
}

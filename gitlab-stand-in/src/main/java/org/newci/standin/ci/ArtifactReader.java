package org.newci.standin.ci;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code artifacts}. */
record ArtifactReader(Faults faults, Words words) {

  ArtifactSpec artifacts(String job, Field field) {
    String where = job + ":artifacts";
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash", field.line());
      return ArtifactSpec.NONE;
    }
    Keywords.ARTIFACTS.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    ArtifactSpec.Files files =
        new ArtifactSpec.Files(
            section.texts("paths"), section.texts("exclude"), section.flag("untracked", false));
    checkOnlyTold(section);
    return new ArtifactSpec(
        section.text("name", ""),
        files,
        section
            .present("when")
            .map(when -> words.artifactWhen(where, when))
            .orElse(ArtifactWhen.ON_SUCCESS),
        expireIn(section),
        access(section),
        reports(section));
  }

  /** What only GitLab's pages show is checked and forgotten. */
  private void checkOnlyTold(Section section) {
    String shown = section.text("expose_as", "-");
    if (!shown.matches("[\\w -]{1,100}")) {
      section
          .faults()
          .add(
              section.where() + " expose as can contain only letters, digits, '-', '_' and spaces",
              section.fields().line());
    }
  }

  private String expireIn(Section section) {
    Optional<Field> field = section.present("expire_in");
    if (field.isEmpty()) {
      return "";
    }
    String text = field.get().value() instanceof Scalar scalar ? scalar.text() : "";
    if (!text.equals("never") && ChronicDuration.parse(text).isEmpty()) {
      section.fault("expire_in", "should be a duration", field.get());
      return "";
    }
    return text;
  }

  private String access(Section section) {
    if (section.has("public") && section.has("access")) {
      faults.add(
          section.where() + " config must specify only one of `public` or `access`",
          section.fields().line());
    }
    if (section.has("public")) {
      return section.flag("public", true) ? "all" : "developer";
    }
    return section.word("access", "all", "developer", "maintainer", "none");
  }

  private Map<String, List<String>> reports(Section section) {
    Optional<Field> field = section.present("reports");
    if (field.isEmpty()) {
      return Map.of();
    }
    String where = section.where() + ":reports";
    if (!(field.get().value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash", field.get().line());
      return Map.of();
    }
    Keywords.REPORTS.check(where, fields, faults);
    Section reports = new Section(where, fields, faults);
    Map<String, List<String>> read = new LinkedHashMap<>();
    for (String kind : List.of("junit", "dotenv")) {
      if (reports.has(kind)) {
        read.put(kind, reports.textOrTexts(kind));
      }
    }
    reports.present("coverage_report").ifPresent(f -> coverage(where, f, read));
    return read;
  }

  private void coverage(String reports, Field field, Map<String, List<String>> into) {
    String where = reports + ":coverage_report";
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash", field.line());
      return;
    }
    Section section = new Section(where, fields, faults);
    String path = section.text("path", "");
    if (path.isBlank() || !section.has("coverage_format")) {
      faults.add(where + " config missing required keys: coverage_format, path", field.line());
      return;
    }
    into.put(section.word("coverage_format", "cobertura", "jacoco"), List.of(path));
  }
}

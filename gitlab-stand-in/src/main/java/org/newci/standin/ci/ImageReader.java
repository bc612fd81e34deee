package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code image} and {@code services}. */
record ImageReader(Faults faults, Variables variables) {
  /** Services of one job. */
  static final int SERVICES = 50;

  Optional<ImageSpec> image(String where, Field field) {
    return one(where + ":image", field.value(), Keywords.IMAGE);
  }

  List<ImageSpec> services(String where, Field field) {
    if (!(field.value() instanceof Items items)) {
      faults.add(where + ":services config should be an array", field.line());
      return List.of();
    }
    if (items.values().size() > SERVICES) {
      faults.add(where + ":services config has more than " + SERVICES + " entries", field.line());
      return List.of();
    }
    List<ImageSpec> services = new ArrayList<>();
    for (Value item : items.values()) {
      one(where + ":services:service", item, Keywords.SERVICE).ifPresent(services::add);
    }
    return services;
  }

  private Optional<ImageSpec> one(String where, Value value, Keywords keywords) {
    if (value instanceof Scalar scalar && scalar.isString() && !scalar.text().isBlank()) {
      return Optional.of(ImageSpec.named(scalar.text()));
    }
    if (!(value instanceof Fields fields)) {
      faults.add(where + " config should be a hash or a string", value.line());
      return Optional.empty();
    }
    keywords.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    String name = section.text("name", "");
    if (name.isBlank()) {
      faults.add(where + " name can't be blank", fields.line());
      return Optional.empty();
    }
    return Optional.of(
        new ImageSpec(
            name,
            section.text("alias", ""),
            new ImageSpec.Start(section.textOrTexts("entrypoint"), section.textOrTexts("command")),
            docker(section),
            section.textOrTexts("pull_policy"),
            section
                .present("variables")
                .map(field -> variables.read(where + ":variables", field))
                .orElse(List.of())));
  }

  private ImageSpec.Docker docker(Section section) {
    Optional<Field> field = section.present("docker");
    if (field.isEmpty()) {
      return ImageSpec.Docker.NONE;
    }
    if (!(field.get().value() instanceof Fields fields)) {
      section.fault("docker", "should be a hash", field.get());
      return ImageSpec.Docker.NONE;
    }
    String where = section.where() + ":docker";
    Keywords.DOCKER.check(where, fields, faults);
    Section docker = new Section(where, fields, faults);
    return new ImageSpec.Docker(docker.text("platform", ""), docker.text("user", ""));
  }
}

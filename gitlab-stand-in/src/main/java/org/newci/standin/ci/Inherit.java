package org.newci.standin.ci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;

/** What a job takes of the defaults and of the variables of its file. */
record Inherit(Part defaults, Part variables) {
  static final Inherit ALL = new Inherit(Part.ALL, Part.ALL);

  /** All, or those of these names. */
  record Part(boolean all, Set<String> names) {
    static final Part ALL = new Part(true, Set.of());

    boolean has(String name) {
      return all || names.contains(name);
    }
  }

  static Inherit read(String job, Map<String, Field> body, Faults faults) {
    Field field = body.get("inherit");
    if (field == null) {
      return ALL;
    }
    String where = job + ":inherit";
    if (!(field.value() instanceof Fields fields)) {
      faults.add(where + " config should be a hash", field.line());
      return ALL;
    }
    Keywords.INHERIT.check(where, fields, faults);
    Section section = new Section(where, fields, faults);
    return new Inherit(part(section, "default"), part(section, "variables"));
  }

  private static Part part(Section section, String name) {
    Optional<Field> field = section.present(name);
    if (field.isEmpty()) {
      return Part.ALL;
    }
    Optional<Boolean> flag = Words.flag(field.get());
    if (flag.isPresent()) {
      return new Part(flag.get(), Set.of());
    }
    if (!(field.get().value() instanceof Value.Items)) {
      section.fault(name, "should be a bool or array of strings", field.get());
      return Part.ALL;
    }
    return new Part(false, Set.copyOf(section.texts(name)));
  }

  List<CiVariable> of(List<CiVariable> globals) {
    return variables.all()
        ? globals
        : globals.stream().filter(v -> variables.has(v.key())).toList();
  }
}

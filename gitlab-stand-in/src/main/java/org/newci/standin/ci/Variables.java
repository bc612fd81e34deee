package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Kind;
import org.newci.standin.ci.Value.Scalar;

/** Reads {@code variables}, puts the higher over the lower, and fills them into text. */
final class Variables {
  /** Variables in one place of a file. */
  static final int MOST = 1_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]{1,255}");

  private final Faults faults;

  Variables(Faults faults) {
    this.faults = faults;
  }

  /** The variables of this field; a fault for each that is none. */
  List<CiVariable> read(String where, Field field) {
    if (field.value().isNull()) {
      return List.of();
    }
    if (!(field.value() instanceof Fields all)) {
      faults.add(where + " config should be a hash of key value pairs", field.line());
      return List.of();
    }
    if (all.fields().size() > MOST) {
      faults.add(where + " config has more than " + MOST + " variables", field.line());
      return List.of();
    }
    List<CiVariable> variables = new ArrayList<>();
    all.fields().forEach((name, one) -> variable(where, name, one).ifPresent(variables::add));
    return variables;
  }

  private Optional<CiVariable> variable(String where, String name, Field field) {
    String here = where + ":" + name;
    if (!NAME.matcher(name).matches()) {
      faults.add(here + " name may hold only letters, digits and _", field.line());
      return Optional.empty();
    }
    if (field.value() instanceof Scalar scalar) {
      return Optional.of(new CiVariable(name, scalar.text(), false));
    }
    if (field.value() instanceof Fields fields) {
      return detailed(here, name, fields);
    }
    faults.add(
        here + " variable definition must be either a string or a hash", field.value().line());
    return Optional.empty();
  }

  private Optional<CiVariable> detailed(String where, String name, Fields fields) {
    Keywords.VARIABLE.check(where, fields, faults);
    Field value = fields.fields().get("value");
    Field expand = fields.fields().get("expand");
    Field options = fields.fields().get("options");
    String text = "";
    if (value != null) {
      if (!(value.value() instanceof Scalar scalar)) {
        faults.add(where + " config value must be an alphanumeric string", value.line());
        return Optional.empty();
      }
      text = scalar.text();
    }
    boolean raw = false;
    if (expand != null) {
      if (!(expand.value() instanceof Scalar flag) || flag.kind() != Kind.BOOLEAN) {
        faults.add(where + " config expand should be a boolean value", expand.line());
        return Optional.empty();
      }
      raw = flag.text().equals("false");
    }
    if (options != null && !offers(options, text)) {
      faults.add(where + " config options must be a list that holds the value", options.line());
      return Optional.empty();
    }
    return Optional.of(new CiVariable(name, text, raw));
  }

  private static boolean offers(Field options, String value) {
    return options.value() instanceof Items items
        && items.values().stream().anyMatch(v -> v instanceof Scalar s && s.text().equals(value));
  }

  /** One list; of variables of one name the last counts. */
  @SafeVarargs
  static List<CiVariable> layered(Collection<CiVariable>... lowToHigh) {
    Map<String, CiVariable> byKey = new LinkedHashMap<>();
    for (Collection<CiVariable> layer : lowToHigh) {
      layer.forEach(v -> byKey.put(v.key(), v));
    }
    return List.copyOf(byKey.values());
  }
}

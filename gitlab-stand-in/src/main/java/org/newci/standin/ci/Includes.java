package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/**
 * Reads what a file includes: files of the same commit ({@code include: local}), also by {@code *}
 * and {@code **}. Included files lie under the file that includes them, later ones over earlier
 * ones.
 */
final class Includes {
  /** Files of one pipeline, those that are included twice counted twice. */
  static final int MOST = 150;

  private final PushContext context;
  private final Tree tree;
  private final Sight sight;
  private final Faults faults;
  private final Map<String, Fields> read = new HashMap<>();
  private final List<String> open = new ArrayList<>();
  private int count;

  Includes(PushContext context, Tree tree, Faults faults, Sight.Work work) {
    this.context = context;
    this.tree = tree;
    this.faults = faults;
    this.sight = Sight.of(context, List.of(), Map.of(), work);
    this.open.add(context.predefined().getOrDefault("CI_CONFIG_PATH", ".gitlab-ci.yml"));
  }

  /** The file with all that it includes. */
  Fields resolve(Fields file) throws Unusable {
    Field include = file.fields().get("include");
    if (include == null || include.value().isNull()) {
      return file;
    }
    List<Value> entries =
        include.value() instanceof Items list ? list.values() : List.of(include.value());
    Fields merged = new Fields(Map.of(), file.line());
    for (Value entry : entries) {
      for (String path : paths(entry)) {
        merged = tree.merge(merged, included(path, entry.line()));
      }
    }
    return tree.merge(merged, file);
  }

  private List<String> paths(Value entry) throws Unusable {
    if (entry instanceof Scalar one && one.isString()) {
      if (one.text().matches("(?i)https?://.*")) {
        throw tree.unusable(Keywords.unsupported("include", "remote"), one.line());
      }
      return local(one.text());
    }
    if (!(entry instanceof Fields fields)) {
      throw tree.unusable("include config should be a hash or a string", entry.line());
    }
    Keywords.INCLUDE.check("include", fields, faults);
    if (!faults.none()) {
      return List.of();
    }
    Section section = new Section("include", fields, faults);
    Optional<Field> local = section.present("local");
    if (local.isEmpty() || !local.get().value().isString()) {
      throw tree.unusable("include config should have a `local` that is a string", fields.line());
    }
    Optional<Field> rules = section.present("rules");
    if (rules.isPresent() && !applies(rules.get())) {
      return List.of();
    }
    return local(((Scalar) local.get().value()).text());
  }

  private boolean applies(Field field) throws Unusable {
    List<WorkflowReader.Entry> rules =
        new WorkflowReader(faults, new RuleReader(faults)).includeRules(field);
    for (WorkflowReader.Entry rule : rules) {
      if (rule.condition().holds(sight)) {
        return !rule.never();
      }
    }
    return false;
  }

  private List<String> local(String text) {
    String path = new Expansion(sight).existing(text).replaceFirst("^/+", "");
    return path.contains("*") ? Glob.ofInclude(path).among(context.files().paths()) : List.of(path);
  }

  private Fields included(String path, int line) throws Unusable {
    if (++count > MOST) {
      throw tree.unusable("Maximum of " + MOST + " nested includes are allowed!", line);
    }
    if (open.contains(path)) {
      throw tree.unusable(
          "Local file `"
              + path
              + "` is included in a circle: "
              + String.join(" > ", open)
              + " > "
              + path,
          line);
    }
    Fields known = read.get(path);
    if (known != null) {
      return known;
    }
    if (!path.toLowerCase(Locale.ROOT).matches(".+\\.ya?ml")) {
      throw tree.unusable("Included file `" + path + "` does not have YAML extension!", line);
    }
    byte[] bytes =
        context
            .files()
            .read(path)
            .orElseThrow(() -> tree.unusable("Local file `" + path + "` does not exist!", line));
    open.add(path);
    Fields file = resolve(parse(path, bytes, line));
    open.removeLast();
    read.put(path, file);
    return file;
  }

  private Fields parse(String path, byte[] bytes, int line) throws Unusable {
    Value value;
    try {
      value = YamlText.read(CiText.decode(bytes), tree, tree.lines().add(path));
    } catch (Unusable e) {
      throw tree.unusable("`" + path + "`: " + e.sentence(), line);
    }
    if (value.isNull()) {
      throw tree.unusable("Local file `" + path + "` is empty!", line);
    }
    if (!(value instanceof Fields fields)) {
      throw tree.unusable("`" + path + "`: Invalid configuration format", line);
    }
    return fields;
  }
}

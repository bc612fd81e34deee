package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Scalar;

/** Puts under each job what it {@code extends}: a deep merge, later parents over earlier ones. */
final class Extends {
  /** Parents of parents. */
  static final int DEPTH = 11;

  private final Map<String, Field> all;
  private final Tree tree;
  private final Map<String, Fields> done = new HashMap<>();
  private final Map<String, Integer> depths = new HashMap<>();
  private final List<String> open = new ArrayList<>();

  private Extends(Fields file, Tree tree) {
    this.all = file.fields();
    this.tree = tree;
  }

  /** The same file with all jobs and templates complete. */
  static Fields resolve(Fields file, Tree tree) throws Unusable {
    boolean used =
        file.fields().values().stream()
            .anyMatch(f -> f.value() instanceof Fields j && j.fields().containsKey("extends"));
    if (!used) {
      return file;
    }
    Extends all = new Extends(file, tree);
    Map<String, Field> resolved = new LinkedHashMap<>();
    for (Map.Entry<String, Field> entry : file.fields().entrySet()) {
      Field field = entry.getValue();
      resolved.put(
          entry.getKey(),
          field.value() instanceof Fields job && job.fields().containsKey("extends")
              ? new Field(all.complete(entry.getKey(), job), field.line())
              : field);
    }
    return new Fields(Collections.unmodifiableMap(resolved), file.line());
  }

  private Fields complete(String name, Fields job) throws Unusable {
    Fields known = done.get(name);
    Field parents = job.fields().get("extends");
    if (parents == null || parents.value().isNull()) {
      return job;
    }
    if (known != null && open.size() + depths.getOrDefault(name, 0) <= DEPTH) {
      return known;
    }
    if (open.contains(name)) {
      throw tree.unusable(
          open.getFirst() + ": circular dependency detected in `extends`", parents.line());
    }
    if (open.size() >= DEPTH) {
      throw tree.unusable(open.getFirst() + ": nesting too deep in `extends`", parents.line());
    }
    open.add(name);
    int depth = 0;
    Fields merged = new Fields(Map.of(), job.line());
    for (String parent : names(name, parents)) {
      Field base = all.get(parent);
      if (base == null) {
        throw tree.unusable(name + ": unknown keys in `extends` (" + parent + ")", parents.line());
      }
      if (!(base.value() instanceof Fields body)) {
        throw tree.unusable(
            name + ": invalid base hashes in `extends` (" + parent + ")", parents.line());
      }
      merged = tree.merge(merged, complete(parent, body));
      depth = Math.max(depth, depths.getOrDefault(parent, 0));
    }
    Fields complete = tree.merge(merged, job);
    open.removeLast();
    done.put(name, complete);
    depths.put(name, depth + 1);
    return complete;
  }

  private List<String> names(String name, Field parents) throws Unusable {
    if (parents.value() instanceof Scalar one && one.isString()) {
      return List.of(one.text());
    }
    if (parents.value() instanceof Items list && list.values().stream().allMatch(Value::isString)) {
      return list.values().stream().map(v -> ((Scalar) v).text()).toList();
    }
    throw tree.unusable(
        "jobs:" + name + " extends should be an array of strings or a string", parents.line());
  }
}

package org.newci.standin.ci;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.newci.standin.ci.Value.Field;
import org.newci.standin.ci.Value.Fields;
import org.newci.standin.ci.Value.Items;
import org.newci.standin.ci.Value.Reference;

/** Puts in the place of each {@code !reference [job, key …]} what stands there. */
final class References {
  /** References that lead to references. */
  static final int DEPTH = 10;

  private final Fields file;
  private final Tree tree;
  private final Map<List<String>, Value> done = new HashMap<>();
  // What aliases share is looked at once.
  private final IdentityHashMap<Value, Value> seen = new IdentityHashMap<>();
  private final List<List<String>> open = new ArrayList<>();

  private References(Fields file, Tree tree) {
    this.file = file;
    this.tree = tree;
  }

  static Fields resolve(Fields file, Tree tree) throws Unusable {
    return (Fields) new References(file, tree).value(file);
  }

  private Value value(Value value) throws Unusable {
    if (value instanceof Value.Scalar) {
      return value;
    }
    Value known = seen.get(value);
    if (known != null) {
      return known;
    }
    Value resolved =
        switch (value) {
          case Reference reference -> target(reference);
          case Items items -> items(items);
          case Fields fields -> fields(fields);
          case Value.Scalar scalar -> scalar;
        };
    seen.put(value, resolved);
    return resolved;
  }

  private Value items(Items items) throws Unusable {
    List<Value> changed = new ArrayList<>();
    boolean same = true;
    for (Value value : items.values()) {
      Value resolved = value(value);
      same &= resolved == value;
      changed.add(resolved);
    }
    return same ? items : new Items(Collections.unmodifiableList(changed), items.line());
  }

  private Value fields(Fields fields) throws Unusable {
    Map<String, Field> changed = new LinkedHashMap<>();
    boolean same = true;
    for (Map.Entry<String, Field> entry : fields.fields().entrySet()) {
      Field field = entry.getValue();
      Value resolved = value(field.value());
      same &= resolved == field.value();
      changed.put(entry.getKey(), new Field(resolved, field.line()));
    }
    return same ? fields : new Fields(Collections.unmodifiableMap(changed), fields.line());
  }

  private Value target(Reference reference) throws Unusable {
    List<String> path = reference.path();
    Value known = done.get(path);
    if (known != null) {
      return known;
    }
    if (open.contains(path)) {
      throw tree.unusable(shown(path) + " is part of a circular chain", reference.line());
    }
    if (open.size() >= DEPTH) {
      throw tree.unusable(
          shown(path) + " is nested deeper than " + DEPTH + " levels", reference.line());
    }
    open.add(path);
    Value at = file;
    for (String key : path) {
      at = step(at, key);
      if (at == null) {
        throw tree.unusable(shown(path) + " could not be found", reference.line());
      }
    }
    Value resolved = value(at);
    open.removeLast();
    done.put(path, resolved);
    return resolved;
  }

  private @Nullable Value step(Value at, String key) throws Unusable {
    // A reference on the way is followed first, as in GitLab.
    Value here = at instanceof Reference reference ? target(reference) : at;
    Field next = here instanceof Fields fields ? fields.fields().get(key) : null;
    return next == null || next.value().isNull() ? null : next.value();
  }

  private static String shown(List<String> path) {
    return "!reference [\"" + String.join("\", \"", path) + "\"]";
  }
}

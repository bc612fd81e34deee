package org.newci.standin.ci;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds variables of a file that are made of each other; one made of itself is none. */
final class VariableCircles {
  private static final Pattern NAME = Pattern.compile("\\$\\$|\\$\\{?([A-Za-z_][A-Za-z0-9_]*)");

  private VariableCircles() {}

  /**
   * The names of one circle, as {@code ["A", "B"]}.
   *
   * @param hidden names whose value is not the file's
   */
  static Optional<String> find(List<CiVariable> variables, Set<String> hidden) {
    Map<String, Set<String>> uses = new LinkedHashMap<>();
    for (CiVariable variable : variables) {
      if (variable.value().indexOf('$') >= 0
          && !variable.raw()
          && !hidden.contains(variable.key())) {
        uses.put(variable.key(), names(variable));
      }
    }
    boolean moved = true;
    while (moved) {
      moved = uses.values().removeIf(names -> names.stream().noneMatch(uses::containsKey));
    }
    if (uses.isEmpty()) {
      return Optional.empty();
    }
    Set<String> path = new LinkedHashSet<>();
    String at = uses.keySet().iterator().next();
    while (path.add(at)) {
      at =
          uses.getOrDefault(at, Set.of()).stream().filter(uses::containsKey).findFirst().orElse(at);
    }
    String start = at;
    List<String> circle = path.stream().dropWhile(name -> !name.equals(start)).toList();
    return Optional.of("[\"" + String.join("\", \"", circle) + "\"]");
  }

  private static Set<String> names(CiVariable variable) {
    Set<String> names = new LinkedHashSet<>();
    Matcher matcher = NAME.matcher(variable.value());
    while (matcher.find()) {
      String name = matcher.group(1);
      if (name != null && !name.equals(variable.key())) {
        names.add(name);
      }
    }
    return names;
  }
}

package org.newci.vcs.mirror;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.newci.contracts.vcs.MirrorRequest;
import org.newci.contracts.vcs.MirrorRequest.Variable;

/** The CI variables of a request, checked: names, lengths, and what GitLab can mask. */
final class ProjectVariables {

  private static final int MOST = 100;
  private static final int LONGEST_VALUE = 10_000;

  private ProjectVariables() {}

  /**
   * The plain ones and the others, by name.
   *
   * @throws IllegalArgumentException a sentence that names the variable, and never its value
   */
  static List<Variable> of(MirrorRequest request) {
    Map<String, Variable> all = new TreeMap<>();
    Map<String, String> plain = request.variables();
    if (plain != null) {
      plain.forEach((key, value) -> add(all, new Variable(key, value, false, false)));
    }
    Collection<@Nullable Variable> further = request.buildVariables();
    if (further != null) {
      for (Variable variable : further) {
        if (variable == null) {
          throw new IllegalArgumentException("The field 'build_variables' has an empty entry.");
        }
        add(all, variable);
      }
    }
    if (all.size() > MOST) {
      throw new IllegalArgumentException(
          "The field 'variables' has %d entries (expected at most %d)."
              .formatted(all.size(), MOST));
    }
    return List.copyOf(all.values());
  }

  @SuppressWarnings("NullAway") // Members may be missing in JSON.
  private static void add(Map<String, Variable> all, Variable variable) {
    String key = variable.key();
    String value = variable.value();
    boolean named =
        key != null
            && key.matches("[A-Za-z_][A-Za-z0-9_]{0,254}")
            && !key.equals(ProjectMarker.VARIABLE);
    if (key == null || !named || value == null) {
      throw new IllegalArgumentException(
          "The field 'variables' has the name '%s' (expected letters, digits, '_', not %s)."
              .formatted(key, ProjectMarker.VARIABLE));
    }
    if (value.length() > LONGEST_VALUE) {
      throw new IllegalArgumentException(
          "The variable '%s' has %d characters (expected at most %d)."
              .formatted(key, value.length(), LONGEST_VALUE));
    }
    all.put(key, variable);
  }
}

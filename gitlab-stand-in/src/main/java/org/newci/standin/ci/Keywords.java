package org.newci.standin.ci;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * The words of a CI file, by place: those this GitLab follows, and those that GitLab knows but this
 * one refuses by name. Everything else is a mistake. docs/gitlab.md repeats this list.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are made unmodifiable
enum Keywords {
  TOP(
      Set.of("stages", "variables", "default", "before_script", "after_script"),
      Set.of("image", "services", "cache", "include", "workflow", "spec")),
  DEFAULT(
      Set.of("before_script", "after_script", "artifacts", "timeout", "tags"),
      Set.of(
          "image",
          "services",
          "cache",
          "retry",
          "interruptible",
          "hooks",
          "id_tokens",
          "identity")),
  JOB(
      Set.of(
          "stage",
          "script",
          "before_script",
          "after_script",
          "variables",
          "artifacts",
          "needs",
          "dependencies",
          "rules",
          "only",
          "except",
          "when",
          "allow_failure",
          "tags",
          "timeout"),
      Set.of(
          "image",
          "services",
          "cache",
          "coverage",
          "dast_configuration",
          "environment",
          "extends",
          "hooks",
          "id_tokens",
          "identity",
          "inherit",
          "inputs",
          "interruptible",
          "manual_confirmation",
          "pages",
          "parallel",
          "publish",
          "release",
          "resource_group",
          "retry",
          "run",
          "secrets",
          "start_in",
          "trigger")),
  ARTIFACTS(
      Set.of("paths", "when", "name"),
      Set.of("exclude", "untracked", "expire_in", "expose_as", "access", "public", "reports")),
  RULE(
      Set.of("if", "when", "allow_failure", "variables"),
      Set.of("changes", "exists", "needs", "interruptible", "start_in")),
  NEED(Set.of("job", "artifacts", "optional"), Set.of("project", "pipeline", "ref", "parallel")),
  REFS(Set.of("refs"), Set.of("variables", "changes", "kubernetes")),
  VARIABLE(Set.of("value", "description", "options", "expand"), Set.of());

  private final Set<String> followed;
  private final Set<String> refused;

  Keywords(Set<String> followed, Set<String> refused) {
    this.followed = Collections.unmodifiableSet(new TreeSet<>(followed));
    this.refused = Collections.unmodifiableSet(new TreeSet<>(refused));
  }

  /** Words that have their effect, in order of the alphabet. */
  Set<String> followed() {
    return followed;
  }

  /** Words of GitLab that make a file invalid here, in order of the alphabet. */
  Set<String> refused() {
    return refused;
  }

  /**
   * Names every field that is not followed.
   *
   * @param where the place in GitLab's words, such as {@code jobs:build}
   */
  void check(String where, Value.Fields fields, Faults faults) {
    fields
        .fields()
        .forEach(
            (name, field) -> {
              if (refused.contains(name)) {
                faults.add(unsupported(where, name), field.line());
              } else if (!followed.contains(name)) {
                faults.add(where + " config contains unknown keys: " + name, field.line());
              }
            });
  }

  /** The sentence for something that GitLab can and this one cannot. */
  static String unsupported(String where, String what) {
    return where + " config uses " + what + ", which is not supported by this GitLab";
  }
}

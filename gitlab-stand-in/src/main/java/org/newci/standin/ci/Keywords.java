package org.newci.standin.ci;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The words of a CI file, by place: those this GitLab follows, and those that GitLab knows but this
 * one refuses by name. Everything else is a mistake. docs/gitlab.md repeats this list.
 */
@SuppressWarnings("ImmutableEnumChecker") // the sets are made unmodifiable
enum Keywords {
  TOP(
      "stages types variables default before_script after_script image services cache include"
          + " workflow",
      "spec"),
  DEFAULT(
      "before_script after_script artifacts timeout tags image services cache retry interruptible"
          + " hooks",
      "id_tokens identity"),
  JOB(
      "stage type script before_script after_script variables artifacts needs dependencies rules"
          + " only except when allow_failure tags timeout image services cache coverage environment"
          + " extends hooks inherit interruptible manual_confirmation parallel resource_group retry"
          + " start_in",
      "dast_configuration id_tokens identity inputs pages publish release run secrets trigger"),
  ARTIFACTS("paths when name exclude untracked expire_in expose_as access public reports", ""),
  REPORTS(
      "junit dotenv coverage_report",
      "accessibility annotations api_fuzzing browser_performance cluster_image_scanning"
          + " codequality container_scanning coverage_fuzzing cyclonedx dast dependency_scanning"
          + " license_scanning load_performance lsif metrics performance repository_xray"
          + " requirements requirements_v2 sast secret_detection terraform"),
  CACHE("key paths untracked policy when unprotect fallback_keys", ""),
  CACHE_KEY("files prefix", "files_commits"),
  IMAGE("name entrypoint docker pull_policy", "kubernetes ports"),
  SERVICE("name alias entrypoint command docker pull_policy variables", "kubernetes ports"),
  DOCKER("platform user", ""),
  RULE("if when allow_failure variables changes exists needs interruptible start_in", ""),
  CHANGES("paths compare_to", ""),
  EXISTS("paths", "project ref"),
  NEED("job artifacts optional parallel", "project pipeline ref"),
  REFS("refs variables changes", "kubernetes"),
  PARALLEL("matrix", ""),
  RETRY("max when exit_codes", ""),
  ALLOW_FAILURE("exit_codes", ""),
  ENVIRONMENT("name url action on_stop auto_stop_in deployment_tier", "kubernetes"),
  HOOKS("pre_get_sources_script", ""),
  INHERIT("default variables", ""),
  INCLUDE(
      "local rules",
      "project file ref remote template component inputs integrity artifact job pipeline cache"),
  INCLUDE_RULE("if when changes exists", ""),
  WORKFLOW("rules name auto_cancel", ""),
  WORKFLOW_RULE("if when changes exists variables auto_cancel", ""),
  AUTO_CANCEL("on_new_commit on_job_failure", ""),
  VARIABLE("value description options expand", "");

  private final Set<String> followed;
  private final Set<String> refused;

  Keywords(String followed, String refused) {
    this.followed = words(followed);
    this.refused = words(refused);
  }

  private static Set<String> words(String text) {
    return text.isEmpty()
        ? Set.of()
        : Collections.unmodifiableSet(new TreeSet<>(List.of(text.split(" ", -1))));
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

  /** Whether one of the fields is refused here, so that nothing else need be said of it. */
  boolean refusesOneOf(Value.Fields fields) {
    return refused.stream().anyMatch(fields.fields()::containsKey);
  }

  /** The sentence for something that GitLab can and this one cannot. */
  static String unsupported(String where, String what) {
    return where + " config uses " + what + ", which is not supported by this GitLab";
  }
}

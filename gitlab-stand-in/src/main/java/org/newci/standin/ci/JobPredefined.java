package org.newci.standin.ci;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The predefined variables that follow from a job's definition (docs.gitlab.com, "Predefined CI/CD
 * variables reference"), and the names that the oldest files use.
 */
public final class JobPredefined {
  /** Names before GitLab 9.0, and what they are called today. */
  private static final Map<String, String> OLD_NAMES =
      Map.ofEntries(
          Map.entry("CI_BUILD_BEFORE_SHA", "CI_COMMIT_BEFORE_SHA"),
          Map.entry("CI_BUILD_ID", "CI_JOB_ID"),
          Map.entry("CI_BUILD_MANUAL", "CI_JOB_MANUAL"),
          Map.entry("CI_BUILD_NAME", "CI_JOB_NAME"),
          Map.entry("CI_BUILD_REF", "CI_COMMIT_SHA"),
          Map.entry("CI_BUILD_REF_NAME", "CI_COMMIT_REF_NAME"),
          Map.entry("CI_BUILD_REF_SLUG", "CI_COMMIT_REF_SLUG"),
          Map.entry("CI_BUILD_REPO", "CI_REPOSITORY_URL"),
          Map.entry("CI_BUILD_STAGE", "CI_JOB_STAGE"),
          Map.entry("CI_BUILD_TAG", "CI_COMMIT_TAG"),
          Map.entry("CI_BUILD_TOKEN", "CI_JOB_TOKEN"));

  private JobPredefined() {}

  /** All of them, in the order of GitLab. */
  public static Map<String, String> of(JobSpec job) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("CI_JOB_NAME", job.name());
    all.put("CI_JOB_NAME_SLUG", Slug.of(job.name()));
    all.put("CI_JOB_GROUP_NAME", job.place().group());
    all.put("CI_JOB_STAGE", job.stage());
    if (job.when() == JobWhen.MANUAL) {
      all.put("CI_JOB_MANUAL", "true");
    }
    job.place().node().ifPresent(n -> all.put("CI_NODE_INDEX", String.valueOf(n.index())));
    all.put("CI_NODE_TOTAL", job.place().node().map(n -> String.valueOf(n.total())).orElse("1"));
    job.image().ifPresent(image -> all.put("CI_JOB_IMAGE", image.name()));
    job.environment().ifPresent(environment -> addEnvironment(all, environment));
    return all;
  }

  private static void addEnvironment(Map<String, String> all, EnvironmentSpec environment) {
    all.put("CI_ENVIRONMENT_NAME", environment.name());
    all.put("CI_ENVIRONMENT_SLUG", Slug.ofEnvironment(environment.name()));
    all.put("CI_ENVIRONMENT_ACTION", environment.action());
    all.put("CI_ENVIRONMENT_TIER", environment.tier());
    if (!environment.url().isEmpty()) {
      all.put("CI_ENVIRONMENT_URL", environment.url());
    }
  }

  /** Adds the old name of each variable that is there. */
  public static void addOldNames(Map<String, String> variables) {
    OLD_NAMES.forEach(
        (old, today) -> {
          String value = variables.get(today);
          if (value != null) {
            variables.putIfAbsent(old, value);
          }
        });
  }
}

package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The predefined variables that follow from a job. */
class JobPredefinedTest {

  @Test
  void ofAPlainJob() {
    assertThat(of("a b: {stage: build, script: a}\n"))
        .isEqualTo(
            Map.of(
                "CI_JOB_NAME", "a b",
                "CI_JOB_NAME_SLUG", "a-b",
                "CI_JOB_GROUP_NAME", "a b",
                "CI_JOB_STAGE", "build",
                "CI_NODE_TOTAL", "1"));
  }

  @Test
  void ofAParallelManualJobWithAnImageAndAnEnvironment() {
    assertThat(
            of(
                """
                a:
                  script: a
                  image: debian
                  when: manual
                  environment: {name: review/X, url: https://x}
                  parallel: {matrix: [{OS: [linux, mac]}]}
                """))
        .containsEntry("CI_JOB_NAME", "a: [linux]")
        .containsEntry("CI_JOB_NAME_SLUG", "a---linux")
        .containsEntry("CI_JOB_GROUP_NAME", "a")
        .containsEntry("CI_NODE_INDEX", "1")
        .containsEntry("CI_NODE_TOTAL", "2")
        .containsEntry("CI_JOB_MANUAL", "true")
        .containsEntry("CI_JOB_IMAGE", "debian")
        .containsEntry("CI_ENVIRONMENT_NAME", "review/X")
        .containsEntry("CI_ENVIRONMENT_ACTION", "start")
        .containsEntry("CI_ENVIRONMENT_TIER", "development")
        .containsEntry("CI_ENVIRONMENT_URL", "https://x");
  }

  @Test
  void oldNamesStandBesideTodays() {
    Map<String, String> variables = new HashMap<>(Map.of("CI_COMMIT_SHA", "abc"));
    JobPredefined.addOldNames(variables);
    assertThat(variables).isEqualTo(Map.of("CI_COMMIT_SHA", "abc", "CI_BUILD_REF", "abc"));
  }

  @ParameterizedTest
  @CsvSource({
    "production, production",
    "staging-1, staging-1",
    "1st, env-1st-",
    "review/a--b, review-a-b-",
    "Production, production-",
    "a-name-of-more-than-24-characters, a-name-of-more-th-",
  })
  void slugsOfEnvironments(String name, String start) {
    String slug = Slug.ofEnvironment(name);
    assertThat(slug).startsWith(start).hasSizeLessThanOrEqualTo(24).matches("[a-z][a-z0-9-]*");
    assertThat(slug.length() - start.length()).isEqualTo(start.endsWith("-") ? 6 : 0);
  }

  @Test
  void slugs() {
    assertThat(Slug.of("-Feature/A_b-")).isEqualTo("feature-a-b");
    assertThat(Slug.of("x".repeat(70))).hasSize(63);
    assertThat(Slug.of("---")).isEmpty();
  }

  private static Map<String, String> of(String file) {
    PushContext push = new PushContext("master", false, "push", Map.of());
    return JobPredefined.of(((Compiled.Pipeline) CiFile.compile(file, push)).jobs().getFirst());
  }
}

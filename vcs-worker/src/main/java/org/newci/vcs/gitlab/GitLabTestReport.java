package org.newci.vcs.gitlab;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What this worker reads of a pipeline's test report (GitLab: API, Pipelines, test report). */
public record GitLabTestReport(
    int totalCount,
    int successCount,
    int failedCount,
    int skippedCount,
    int errorCount,
    @Nullable List<Suite> testSuites) {

  private static final Set<String> BAD = Set.of("failed", "error");

  /** The tests of one job. */
  public record Suite(@Nullable String name, @Nullable List<Case> testCases) {}

  /** One test; {@code status} is success, failed, error or skipped. */
  public record Case(
      @Nullable String status,
      @Nullable String name,
      // One word in GitLab, where the others have underscores.
      @JsonProperty("classname") @Nullable String className) {

    private boolean isBad() {
      return status != null && BAD.contains(status);
    }

    private String fullName() {
      return className == null || className.isBlank()
          ? String.valueOf(name)
          : className + "." + name;
    }
  }

  /** The names of tests that failed or ended in an error, in the report's order. */
  public Stream<String> failing() {
    List<Suite> suites = testSuites == null ? List.of() : testSuites;
    return suites.stream()
        .flatMap(suite -> suite.testCases() == null ? Stream.of() : suite.testCases().stream())
        .filter(Case::isBad)
        .map(Case::fullName);
  }
}

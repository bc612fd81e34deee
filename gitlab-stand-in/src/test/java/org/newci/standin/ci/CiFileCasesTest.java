package org.newci.standin.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tables of small files; their form is told at {@link CiCase}. */
class CiFileCasesTest {
  private static final List<String> TABLES =
      List.of(
          "scripts",
          "jobs",
          "variables",
          "expressions",
          "rules",
          "changes",
          "refs",
          "needs",
          "parallel",
          "extends",
          "references",
          "includes",
          "inherit",
          "images",
          "caches",
          "artifacts",
          "failures",
          "turns",
          "workflow",
          "environments",
          "projects",
          "refused",
          "yaml");

  @TestFactory
  Stream<DynamicTest> everyFileComesToWhatItsTableSays() throws IOException {
    return CiCase.all(TABLES).stream()
        .map(
            c ->
                DynamicTest.dynamicTest(
                    c.title(),
                    () ->
                        assertThat(CiShown.of(CiFile.compile(c.yaml(), c.context())))
                            .as(c.yaml())
                            .isEqualTo(c.expected())));
  }

  @Test
  void thereAreAsManyCasesAsWereWritten() throws IOException {
    assertThat(CiCase.all(TABLES)).hasSizeGreaterThan(570);
  }

  static List<String> yamls() throws IOException {
    return CiCase.all(TABLES).stream().map(CiCase::yaml).toList();
  }
}

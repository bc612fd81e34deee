package org.newci.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code newci lint}: jobs in order, or faults with their lines. */
class LintTest {

  @TempDir private Path repository;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void printsTheJobsInOrder() throws IOException {
    Files.createDirectories(repository.resolve(".git"));
    Files.createDirectories(repository.resolve("ci"));
    Files.writeString(
        repository.resolve("ci/build.yml"), "build: {stage: build, script: make, parallel: 2}\n");
    Path file =
        write(
            """
            include: ci/build.yml
            deploy: {stage: deploy, script: d, when: manual}
            test: {script: t, needs: ["build 1/2"]}
            tagged: {script: t, only: [tags]}
            """);
    assertThat(lint(file.toString())).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "build",
            "  build 1/2",
            "  build 2/2",
            "test",
            "  test, after build 1/2",
            "deploy",
            "  deploy, manual, may fail");
  }

  @Test
  void takesTheRefAndVariables() throws IOException {
    Path file =
        write("a: {script: a, rules: [{if: $CI_COMMIT_TAG == \"v1\" && $GO == \"yes\"}]}\n");
    assertThat(lint(file.toString(), "--ref", "v1", "--tag", "--variable", "GO=yes")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualToIgnoringNewLines("test  a");
    assertThat(lint(file.toString())).isEqualTo(Exit.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("prevented any jobs");
  }

  @Test
  void tellsEachFaultWithItsLine() throws IOException {
    Path file = write("a:\n  script: a\n  foo: x\nb:\n  stage: none\n  script: b\n");
    assertThat(lint(file.toString())).isEqualTo(Exit.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            file + ": jobs:a config contains unknown keys: foo (line 3)",
            file
                + ": b job: chosen stage none does not exist; available stages are .pre, build,"
                + " test, deploy, .post (line 5)");
    assertThat(out.size()).isZero();
  }

  @Test
  void aFileThatIsNotThere() {
    assertThat(lint(repository.resolve("none.yml").toString())).isEqualTo(Exit.FAILED);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot read").contains("none.yml");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(repository.resolve(".gitlab-ci.yml"), text);
  }

  private int lint(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "lint";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Invocation invocation =
        new Invocation(
            Map.of(),
            "someone",
            Clock.systemUTC(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return Main.run(invocation, all);
  }
}

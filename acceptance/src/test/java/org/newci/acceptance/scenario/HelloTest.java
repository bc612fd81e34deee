package org.newci.acceptance.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.newci.acceptance.system.Checkout;
import org.newci.acceptance.system.Shell;
import org.newci.acceptance.system.Sources;
import org.newci.neighbours.NeedsProgram;

/** A program that nobody here wrote: GNU hello, built by its own build system. */
@NeedsProgram({"gcc", "make", "dpkg-source", "apt-get"})
class HelloTest extends Fixture {

  private static final String CI =
      """
      stages: [build, check]
      build:
        stage: build
        script:
          # git keeps no times: without this, make believes that generated files are old.
          - find . -type f -exec touch -r configure {} +
          - ./configure --quiet --disable-nls
          # The manual page wants help2man, which need not be here; the program does not.
          - make --quiet --keep-going || test -x hello
        artifacts:
          paths: [hello]
      check:
        stage: check
        script:
          - ./hello --greeting=tested | grep -x tested
      """;

  @Test
  void gnuHelloIsBuiltPublishedAndRuns() throws IOException {
    Path source = folder.resolve("debian");
    Shell.run(
            folder,
            Map.of(),
            Duration.ofMinutes(3),
            List.of(
                Checkout.file("acceptance/from-debian").toString(),
                "source",
                "hello",
                source.toString()))
        .ok();
    Sources.Repository repository = sources.repository("hello", Map.of("README.import", "x\n"));
    Shell.run(
            folder,
            Map.of(),
            Duration.ofMinutes(1),
            List.of("cp", "-r", source.resolve("tree") + "/.", repository.dir().toString()))
        .ok();
    repository.commit(Map.of(".gitlab-ci.yml", CI));

    JsonNode build = newci.finished(newci.submit(repository.url(), "master", "hello"));
    assertThat(build.path("outcome").asText()).as(() -> story(build)).isEqualTo("succeeded");

    Path program = folder.resolve("hello-as-published");
    Files.write(program, newci.published("hello").body());
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Shell.Result ran =
        Shell.run(
            folder, Map.of(), Duration.ofSeconds(10), List.of(program.toString(), "--greeting=hi"));
    assertThat(ran.ok()).isEqualTo("hi\n");
  }
}

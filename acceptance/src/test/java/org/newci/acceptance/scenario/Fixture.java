package org.newci.acceptance.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.newci.acceptance.system.RunningSystem;
import org.newci.acceptance.system.Sources;
import org.newci.neighbours.NeedsProgram;

/** The shared system, and a git server with the repositories of the scenarios. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Fixture {

  /** Builds {@code hello.bin} from the file {@code seed}. */
  static final String HELLO_CI =
      """
      build:
        script:
          - echo building $NEWCI_REF
          - tr a-z A-Z < seed > hello.bin
        artifacts:
          paths: [hello.bin]
      """;

  Path folder;
  RunningSystem newci;
  Sources sources;

  @BeforeAll
  void start(@TempDir Path own) {
    folder = own;
    newci = RunningSystem.shared();
    sources = Sources.serve(folder);
  }

  @AfterAll
  void stop() {
    sources.close();
  }

  /** A repository whose build gives the seed in capitals. */
  Sources.Repository hello(String name, String seed) {
    return sources.repository(name, Map.of(".gitlab-ci.yml", HELLO_CI, "seed", seed));
  }

  /** A repository with that CI file and nothing else. */
  Sources.Repository withCi(String name, String ci) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put(".gitlab-ci.yml", ci);
    return sources.repository(name, files);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** How it ended, for the message of an assertion. */
  String story(JsonNode build) {
    return build.toPrettyString() + "\n" + newci.log(build.path("id").asText());
  }
}

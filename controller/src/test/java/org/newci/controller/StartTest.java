package org.newci.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a start on a folder that is up to date does not spend its time on. */
class StartTest {

  @TempDir Path dir;

  @Test
  void onSqliteNothingOfPostgresqlAndNothingOfFlywayIsLoaded() throws Exception {
    try (Rig rig = new Rig(dir.resolve("home"))) {
      Map<String, String> env =
          new HashMap<>(rig.environment("jdbc:postgresql:", Duration.ofSeconds(30)));
      env.remove("NEWCI_DATABASE_URL");
      env.put("NEWCI_DRAIN", "0s");
      assertThat(loaded(env, "first")).anyMatch(line -> line.contains("org.flywaydb."));
      assertThat(loaded(env, "second"))
          .anyMatch(line -> line.contains("org.sqlite."))
          .noneMatch(line -> line.contains("org.postgresql."))
          .noneMatch(line -> line.contains("org.flywaydb."));
    }
  }

  private List<String> loaded(Map<String, String> env, String name) throws Exception {
    Path classes = dir.resolve(name + ".classes");
    try (ControllerProcess process =
        ControllerProcess.start(
            env, dir.resolve(name + ".log"), "-Xlog:class+load:file=" + classes)) {
      assertThat(process.url().getPort()).isPositive();
      process.signal("TERM");
      assertThat(process.exitCode()).isEqualTo(143);
    }
    return Files.readAllLines(classes);
  }
}

package org.newci.runner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layout of both versions, on folders that look like them. */
class ControlGroupsTest {

  @TempDir Path dir;

  private final Limits limits = Limits.of(1 << 30, 1 << 30);
  private final Slot slot = new Slot(0, 981_000);

  /** A file system in which groups have no files: nothing is limited, and nothing fails. */
  @Test
  void withoutControlGroupsThereAreNoneToJoin() throws IOException {
    Path self = Files.writeString(dir.resolve("self"), "0::/user.slice/x.scope\n");
    for (String version : List.of("first", "second")) {
      Path root = Files.createDirectories(dir.resolve(version));
      if (version.equals("second")) {
        Files.writeString(root.resolve("cgroup.controllers"), "memory pids");
      }
      ControlGroups groups = new ControlGroups(root, self, limits);
      assertThat(groups.limitMemory()).isFalse();
      assertThat(groups.prepare(slot)).isEmpty();
      assertThat(groups.ended(slot)).isZero();
      groups.remove(slot);
      try (var files = Files.list(root)) {
        assertThat(files.filter(Files::isDirectory)).isEmpty();
      }
    }
  }

  /** As a group of processors refuses a process of real-time scheduling. */
  @Test
  void aGroupThatRefusesProcessesIsNamedAndTheJobGoesOn() throws Exception {
    assertThat(ControlGroups.takes(Path.of("/dev/full"))).isFalse();
    assertThat(ControlGroups.takes(Path.of("/dev/null"))).isTrue();
    Process job =
        new ProcessBuilder(
                "bash", "-c", Scripts.AS_USER, "newci", "-", "no", "/dev/full", "echo", "ran")
            .start();
    assertThat(new String(job.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("ran\n");
    assertThat(new String(job.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("NOT LIMITED by /dev/full");
    assertThat(job.waitFor()).isZero();
  }
}

package org.newci.runner.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** The machine's own groups, of whichever version it has; a process in them is limited. */
  @ParameterizedTest
  @ValueSource(strings = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"})
  void limitsStandInTheGroups(String root) throws Exception {
    ControlGroups groups =
        new ControlGroups(
            Path.of(root), Path.of("/proc/self/cgroup"), new Limits(1 << 28, 123, 9, 9, 9));
    List<Path> joins = groups.prepare(slot);
    assumeThat(joins).as("control groups that this process may make below " + root).isNotEmpty();
    try {
      Set<String> limits = new TreeSet<>();
      for (Path join : joins) {
        assertThat(Files.readString(join)).as("processes in %s", join).isEmpty();
        Path group = join.getParent();
        for (String file : List.of("pids.max", "memory.max", "memory.limit_in_bytes")) {
          if (Files.exists(group.resolve(file))) {
            limits.add(file + " " + Files.readString(group.resolve(file)).strip());
          }
        }
      }
      assertThat(limits)
          .isNotEmpty()
          .isSubsetOf("pids.max 123", "memory.max 268435456", "memory.limit_in_bytes 268435456");
      assertThat(limits.stream().anyMatch(limit -> limit.startsWith("memory")))
          .isEqualTo(groups.limitMemory());
      List<String> command =
          new ArrayList<>(List.of("sh", "-c", Scripts.AS_USER, "newci", "-", "no"));
      joins.forEach(join -> command.add(join.toString()));
      command.addAll(List.of("cat", "/proc/self/cgroup"));
      Process job = new ProcessBuilder(command).redirectErrorStream(true).start();
      assertThat(new String(job.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("newci-job-981000");
    } finally {
      groups.remove(slot);
    }
    // The kernel still counts memory of a process that has just ended.
    Awaitility.await("no groups")
        .until(
            () -> {
              groups.remove(slot);
              return joins.stream().noneMatch(join -> Files.exists(join.getParent()));
            });
  }

  /** As a group of processors refuses a process of real-time scheduling. */
  @Test
  void aGroupThatRefusesProcessesIsNamedAndTheJobGoesOn() throws Exception {
    assertThat(ControlGroups.takes(Path.of("/dev/full"))).isFalse();
    assertThat(ControlGroups.takes(Path.of("/dev/null"))).isTrue();
    Process job =
        new ProcessBuilder(
                "sh", "-c", Scripts.AS_USER, "newci", "-", "no", "/dev/full", "echo", "ran")
            .start();
    assertThat(new String(job.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("ran\n");
    assertThat(new String(job.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("NOT LIMITED by /dev/full");
    assertThat(job.waitFor()).isZero();
  }
}

package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.NeedsProgram;
import org.newci.runner.RunnerService;

/** The end of the runner: on demand, and by force. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git", "pgrep"})
class StopTest {

  @TempDir Path dir;

  private static void gone(Path dir, String what) {
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> JobRig.shell(dir, "pgrep -f '%s' || true".formatted(what)).isEmpty());
  }

  private static Path work() throws IOException {
    // Where jobs' users can pass, which temporary folders of tests do not allow.
    return Files.createTempDirectory(Path.of("/var/tmp"), "newci-test-");
  }

  private static List<Path> workspaces(Path work) throws IOException {
    try (Stream<Path> files = Files.list(work)) {
      return files.filter(file -> file.getFileName().toString().startsWith("slot-")).toList();
    }
  }

  @Test
  void runningJobsAreEndedAndReported() throws IOException {
    try (JobRig rig = new JobRig(dir, Map.of())) {
      FakeGitLab.Job job = rig.offer(rig.payload("sleep 14142.1"));
      await().until(() -> job.log().contains("sleep 14142.1"));
      long before = System.nanoTime();
      rig.stopRunner();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
      assertThat(job.end().path("failure_reason").asText()).isEqualTo("runner_system_failure");
      assertThat(job.log()).contains("the runner is being stopped");
      gone(dir, "[s]leep 14142");
    }
  }

  @Test
  void jobsMayEndWhenTheSettingsSaySo() throws IOException {
    try (JobRig rig = new JobRig(dir, Map.of("NEWCI_STOP_LIMIT", "60s"))) {
      FakeGitLab.Job job = rig.offer(rig.payload("sleep 2", "echo to the end"));
      await().until(() -> job.log().contains("$ sleep 2"));
      rig.stopRunner();
      assertThat(job.end().path("state").asText()).isEqualTo("success");
      assertThat(job.log()).contains("\nto the end\n");
    }
  }

  @Test
  void aSecondSignalEndsJobsAtOnce() throws Exception {
    try (JobRig rig = new JobRig(dir, Map.of("NEWCI_STOP_LIMIT", "10m"))) {
      rig.stopRunner();
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              "org.newci.runner.RunnerMain",
              "--concurrent",
              "1");
      try (NativeProcess runner =
          NativeProcess.start(command, rig.env(), dir.resolve("runner.log"))) {
        FakeGitLab.Job job = rig.offer(rig.payload("sleep 2", "echo first", "sleep 14142.7"));
        await().atMost(Duration.ofSeconds(30)).until(() -> job.log().contains("$ sleep 2"));
        String pid = Long.toString(runner.handle().pid());
        JobRig.shell(dir, "kill -USR2 " + pid);
        await().atMost(Duration.ofSeconds(20)).until(() -> job.log().contains("\nfirst\n"));
        JobRig.shell(dir, "kill -TERM " + pid);
        assertThat(runner.waitFor(Duration.ofSeconds(20))).isTrue();
        assertThat(job.end().path("failure_reason").asText()).isEqualTo("runner_system_failure");
        gone(dir, "[s]leep 14142.7");
      }
    }
  }

  @Test
  void whenTheRunnerIsKilledItsJobsDieAndTheNextOneCleansUp() throws IOException {
    Path work = work();
    JobRig.shell(work, "chmod 755 .");
    try (JobRig rig =
        new JobRig(dir, Map.of("NEWCI_WORK", work.toString(), "NEWCI_CONCURRENT", "1"))) {
      rig.stopRunner();
      Path log = dir.resolve("runner.log");
      Map<String, String> env = rig.env();
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-XX:TieredStopAtLevel=1",
              "-cp",
              System.getProperty("java.class.path"),
              "org.newci.runner.RunnerMain");
      try (NativeProcess runner = NativeProcess.start(command, env, log)) {
        FakeGitLab.Job job = rig.offer(rig.payload("setsid sleep 17320.5 & sleep 17320.6"));
        await().atMost(Duration.ofSeconds(30)).until(() -> job.log().contains("sleep 17320.6"));
        assertThat(workspaces(work)).hasSize(1);
        runner.handle().destroyForcibly();
        assertThat(runner.waitFor(Duration.ofSeconds(5))).isTrue();
        gone(dir, "[s]leep 17320");
      }
      rig.startRunner();
      assertThat(workspaces(work)).isEmpty();
      assertThat(rig.log("echo hello")).contains("Job succeeded");
    } finally {
      JobRig.shell(dir, "rm -rf " + work);
    }
  }

  @Test
  void twoRunnersShareNoWorkspaces() throws IOException {
    try (JobRig rig = new JobRig(dir, Map.of())) {
      assertThatThrownBy(() -> RunnerService.start(rig.env()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Another runner uses the workspaces");
    }
  }

  @Test
  void withoutASandboxOnlyWhenAskedFor() throws IOException {
    try (JobRig rig = new JobRig(dir, Map.of("NEWCI_SANDBOX", "none"))) {
      var payload = rig.payload("cat hello.txt > copy.txt", "setsid sleep 22360.6 &", "exit 0");
      JobRig.artifact(payload, "copy.txt");
      FakeGitLab.Job job = rig.run(payload);
      assertThat(job.log()).contains("without a sandbox").contains("Job succeeded");
      assertThat(JobRig.unzip(job.upload)).containsKey("copy.txt");
      var slow = rig.payload("sleep 22360.7");
      ((com.fasterxml.jackson.databind.node.ObjectNode) slow.get("runner_info")).put("timeout", 2);
      assertThat(rig.run(slow).log()).contains("execution took longer than 2s");
    }
  }
}

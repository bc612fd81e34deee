package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Jobs whose runners say nothing, or too late. */
@NeedsProgram("git")
class ForgottenJobsTest {

  private static final class SetClock extends Clock {
    private final AtomicReference<Instant> now =
        new AtomicReference<>(Instant.parse("2026-05-01T10:00:00Z"));

    void advance(Duration time) {
      now.updateAndGet(before -> before.plus(time));
    }

    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @TempDir Path dir;
  private final SetClock clock = new SetClock();
  private StandIn standIn;
  private RunnerClient runner;
  private long project;

  @BeforeEach
  void start() {
    standIn =
        new StandIn(
            dir.resolve("home"),
            new StandInService.Limits(Duration.ofMillis(200), 1000, 1000),
            clock);
    project = standIn.project("hello");
    runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  private void push(String ciFile) throws Exception {
    Git git = Git.init(dir.resolve("copy"));
    git.commit(".gitlab-ci.yml", ciFile);
    git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "HEAD:master");
  }

  private void failsFor(JsonNode job, String reason) {
    String path = "/projects/%d/jobs/%d".formatted(project, job.path("id").asLong());
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(standIn.get(path).json().path("failure_reason").asText())
                    .isEqualTo(reason));
    assertThat(runner.trace(job, 0, "late").status()).isEqualTo(403);
  }

  @Test
  void aSilentRunnerHasLostItsJob() throws Exception {
    push("build:\n  script: make\n");
    JsonNode job = runner.next().orElseThrow();
    clock.advance(Duration.ofSeconds(140));
    assertThat(runner.update(job, Map.of("state", "running")).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(140));
    assertThat(runner.update(job, Map.of("state", "running")).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(160));
    failsFor(job, "runner_system_failure");
  }

  @Test
  void aRunnerThatDoesNotComeBackAfterAStopHasLostItsJob() throws Exception {
    push("build:\n  script: make\n");
    JsonNode job = runner.next().orElseThrow();
    standIn.close();
    clock.advance(Duration.ofSeconds(100));
    standIn.start();
    clock.advance(Duration.ofSeconds(160));
    failsFor(job, "runner_system_failure");
  }

  @Test
  void aSilentRunnersJobIsTriedAgainWhenItsFileSaysSo() throws Exception {
    push("build:\n  script: make\n  retry: {max: 1, when: runner_system_failure}\n");
    JsonNode job = runner.next().orElseThrow();
    clock.advance(Duration.ofSeconds(160));
    failsFor(job, "runner_system_failure");
    JsonNode again = runner.next().orElseThrow();
    assertThat(again.path("id").asLong()).isNotEqualTo(job.path("id").asLong());
    assertThat(runner.succeed(again, "").status()).isEqualTo(200);
  }

  @Test
  void aDelayedJobBeginsWhenItsTimeHasCome() throws Exception {
    push("build:\n  script: make\n  when: delayed\n  start_in: 10 minutes\n");
    assertThat(runner.next()).isEmpty();
    clock.advance(Duration.ofMinutes(11));
    await().atMost(Duration.ofSeconds(20)).until(() -> runner.next().isPresent());
  }

  @Test
  void artifactsGoWhenTheirTimeIsOver() throws Exception {
    push(
        """
        build:
          script: make
          artifacts: {paths: [a]}
        use:
          stage: deploy
          script: use
        """);
    JsonNode job = runner.next().orElseThrow();
    assertThat(runner.upload(job, new byte[] {1, 2, 3}, "1 hour").status()).isEqualTo(201);
    assertThat(runner.upload(job, new byte[] {1}, "soon").status()).isEqualTo(400);
    runner.succeed(job, "");
    String jobs = "/projects/%d/jobs".formatted(project);
    String artifacts = "%s/%d/artifacts".formatted(jobs, job.path("id").asLong());
    assertThat(standIn.get(artifacts).status()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(61));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(standIn.get(artifacts).status()).isEqualTo(404));
    assertThat(runner.next()).isEmpty();
    assertThat(standIn.get(jobs + "?scope=failed").json().get(0).path("failure_reason").asText())
        .isEqualTo("missing_dependency_failure");
  }

  @Test
  void aJobThatRunsTooLongFails() throws Exception {
    push("build:\n  script: make\n  timeout: 2m\n");
    JsonNode job = runner.next().orElseThrow();
    clock.advance(Duration.ofSeconds(100));
    runner.update(job, Map.of("state", "running"));
    clock.advance(Duration.ofSeconds(55));
    failsFor(job, "stuck_or_timeout_failure");
  }

  @Test
  void aJobThatNobodyTakesFailsInTheEnd() throws Exception {
    push("build:\n  script: make\n  tags: [none]\n");
    assertThat(runner.next()).isEmpty();
    clock.advance(Duration.ofHours(25));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        standIn
                            .get("/projects/%d/pipelines".formatted(project))
                            .json()
                            .get(0)
                            .path("status")
                            .asText())
                    .isEqualTo("failed"));
  }
}

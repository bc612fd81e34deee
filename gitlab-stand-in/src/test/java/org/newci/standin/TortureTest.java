package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Fifty pipelines at once, two runners that fail now and then, and a stand-in that stops. */
@NeedsProgram("git")
class TortureTest {

  private static final int PIPELINES = 50;
  private static final String FILE =
      """
      stages: [one, two]
      build:
        stage: one
        script: make
      test:
        stage: two
        script: check
        allow_failure: true
      lint:
        stage: two
        script: lint
        needs: []
      """;

  @TempDir Path dir;
  private final Set<Long> taken = ConcurrentHashMap.newKeySet();
  private final Map<Long, String> logs = new ConcurrentHashMap<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private StandIn standIn;

  private String work(String system, long seed) {
    RunnerClient runner = new RunnerClient(standIn, StandIn.RUNNER, system);
    Random random = new Random(seed);
    while (!over.get()) {
      Optional<JsonNode> job = runner.next();
      if (job.isPresent()) {
        run(runner, job.get(), random);
      }
    }
    return system;
  }

  private void run(RunnerClient runner, JsonNode job, Random random) {
    long id = job.path("id").asLong();
    assertThat(taken.add(id)).as("job %d was handed out once", id).isTrue();
    String log = "";
    for (int i = 0; i < 2; i++) {
      String piece = "job %d, line %d\n".formatted(id, random.nextInt(1000));
      // A piece that got lost, and came again.
      if (random.nextInt(4) == 0) {
        assertThat(runner.trace(job, log.length() + 5, piece).status()).isEqualTo(416);
      }
      assertThat(runner.trace(job, log.length(), piece).status()).isEqualTo(202);
      log += piece;
    }
    logs.put(id, log);
    String name = job.path("job_info").path("name").asText();
    boolean fails = name.equals("test") || (name.equals("build") && random.nextInt(6) == 0);
    StandIn.Answer end = fails ? runner.fail(job, "script_failure", 1) : runner.succeed(job, log);
    assertThat(end.status()).isEqualTo(200);
  }

  @Test
  void fiftyPipelinesComeToTheirEnds() throws Exception {
    standIn =
        new StandIn(
            dir.resolve("home"),
            new StandInService.Limits(Duration.ofMillis(500), 100_000, 100_000));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        AutoCloseable stop = () -> over.set(true)) {
      assertThat(stop).isNotNull();
      String base = "/projects/" + standIn.project("hello");
      Git git = Git.init(dir.resolve("copy"));
      git.commit(".gitlab-ci.yml", FILE);
      git.run("push", "-q", "-o", "ci.skip", standIn.gitUrl("hello", "x", StandIn.ROOT), "master");
      List<Future<String>> runners =
          List.of(threads.submit(() -> work("s_a", 1)), threads.submit(() -> work("s_b", 2)));
      List<Future<StandIn.Answer>> made = new ArrayList<>();
      for (int i = 0; i < PIPELINES; i++) {
        made.add(threads.submit(() -> standIn.post(base + "/pipeline", "{\"ref\":\"master\"}")));
      }
      for (Future<StandIn.Answer> one : made) {
        assertThat(one.get().status()).isEqualTo(201);
      }
      org.awaitility.Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(
              () ->
                  runners.stream().anyMatch(Future::isDone)
                      || standIn.get(base + "/pipelines?scope=finished&per_page=100").json().size()
                          == PIPELINES + 1);
      assertThat(runners).noneMatch(Future::isDone);
      int failed = standIn.get(base + "/pipelines?status=failed&per_page=100").json().size();
      int passed = standIn.get(base + "/pipelines?status=success&per_page=100").json().size();
      assertThat(failed + passed).isEqualTo(PIPELINES);
      assertThat(passed).isGreaterThan(25);
      for (Map.Entry<Long, String> log : logs.entrySet()) {
        assertThat(standIn.get(base + "/jobs/%d/trace".formatted(log.getKey())).body())
            .isEqualTo(log.getValue());
      }
      over.set(true);
      for (Future<String> runner : runners) {
        assertThat(runner.get()).startsWith("s_");
      }
    } finally {
      standIn.close();
    }
  }

  @Test
  void aRunnerGoesOnAfterAStandInWasAway() throws Exception {
    standIn = new StandIn(dir.resolve("home"));
    try {
      String base = "/projects/" + standIn.project("hello");
      Git git = Git.init(dir.resolve("copy"));
      git.commit(".gitlab-ci.yml", "build:\n  script: make\n");
      git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "master");
      RunnerClient runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
      JsonNode job = runner.next().orElseThrow();
      runner.trace(job, 0, "before\n");
      standIn.close();
      standIn.start();
      // What was on its way at the stop is lost; the answer says from where to send again.
      StandIn.Answer gap = runner.trace(job, 12, "after\n");
      assertThat(gap.status()).isEqualTo(416);
      assertThat(gap.header("Range")).isEqualTo("0-7");
      assertThat(runner.trace(job, 7, "lost\nafter\n").status()).isEqualTo(202);
      assertThat(runner.succeed(job, "before\nlost\nafter\n").status()).isEqualTo(200);
      assertThat(standIn.get(base + "/pipelines").json().get(0).path("status").asText())
          .isEqualTo("success");
    } finally {
      standIn.close();
    }
  }
}

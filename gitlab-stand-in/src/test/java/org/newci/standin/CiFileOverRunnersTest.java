package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;
import org.newci.shell.json.Json;

/** What a pushed CI file says reaches the runner, and what the runner says moves the pipeline. */
@NeedsProgram("git")
class CiFileOverRunnersTest {

  private static StandIn standIn;

  @TempDir Path dir;
  private String name;
  private String base;
  private Git git;
  private RunnerClient runner;

  @BeforeAll
  static void start(@TempDir Path home) {
    standIn =
        new StandIn(home, new StandInService.Limits(Duration.ofMillis(250), 1 << 20, 1 << 20));
  }

  @AfterAll
  static void stop() {
    standIn.close();
  }

  @BeforeEach
  void makeProject(TestInfo test) throws Exception {
    name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    long project = standIn.project(name);
    base = "/projects/" + project;
    git = Git.init(dir.resolve("copy"));
    String token =
        standIn
            .post(
                "/user/runners",
                "{\"runner_type\":\"project_type\",\"project_id\":%d}".formatted(project))
            .json()
            .path("token")
            .asText();
    runner = new RunnerClient(standIn, token, "s_1");
  }

  private void write(String file, String text) throws Exception {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String file, byte[] bytes) throws Exception {
    Path path = dir.resolve("copy").resolve(file);
    Files.createDirectories(path.getParent());
    Files.write(path, bytes);
  }

  private void push(String ciFile) throws Exception {
    write(".gitlab-ci.yml", ciFile);
    push();
  }

  private void push() throws Exception {
    git.run("add", "-A");
    git.run("commit", "-q", "--allow-empty", "-m", "Change");
    git.run("push", "-q", standIn.gitUrl(name, "x", StandIn.ROOT), "HEAD:master");
  }

  private JsonNode pipeline() {
    long id = standIn.get(base + "/pipelines").json().get(0).path("id").asLong();
    return standIn.get(base + "/pipelines/" + id).json();
  }

  /** The newest pipeline's jobs as {@code name status}, the first of the file first. */
  private List<String> jobs() {
    return jobs(pipeline());
  }

  private List<String> jobs(JsonNode pipeline) {
    JsonNode jobs =
        standIn.get(base + "/pipelines/%d/jobs".formatted(pipeline.path("id").asLong())).json();
    return StreamSupport.stream(jobs.spliterator(), false)
        .map(job -> job.path("name").asText() + " " + job.path("status").asText())
        .toList()
        .reversed();
  }

  private JsonNode next() {
    return runner.next().orElseThrow();
  }

  private static String nameOf(JsonNode job) {
    return job.path("job_info").path("name").asText();
  }

  private static String variable(JsonNode job, String key) {
    return RunnerClient.variable(job, key).path("value").asText("(none)");
  }

  private JsonNode play(String job, Object body) {
    JsonNode jobs =
        standIn.get(base + "/pipelines/%d/jobs".formatted(pipeline().path("id").asLong())).json();
    for (JsonNode one : jobs) {
      if (one.path("name").asText().equals(job)) {
        return standIn
            .post(base + "/jobs/%d/play".formatted(one.path("id").asLong()), Json.write(body))
            .json();
      }
    }
    throw new AssertionError("no job " + job + " in " + jobs);
  }

  @Test
  void aJobsSurroundingsReachTheRunner() throws Exception {
    write("lock", "1");
    push(
        """
        build:
          image: {name: "alpine:3", entrypoint: [""], pull_policy: always}
          services: [{name: "postgres:17", alias: db, variables: {PGDATA: /x}}]
          cache:
            - {key: {files: [lock], prefix: p}, paths: [.m2], policy: pull, fallback_keys: [old]}
          hooks: {pre_get_sources_script: [echo before]}
          environment: {name: review/$CI_COMMIT_REF_NAME, url: "https://x.example"}
          artifacts:
            name: out
            paths: [out]
            exclude: ["out/*.tmp"]
            expire_in: 1 week
            when: always
            reports: {junit: [a.xml, b.xml], dotenv: env}
          script: make
        """);
    JsonNode job = next();
    assertThat(job.path("image").path("name").asText()).isEqualTo("alpine:3");
    assertThat(job.path("image").path("entrypoint").toString()).isEqualTo("[\"\"]");
    assertThat(job.path("image").path("pull_policy").toString()).isEqualTo("[\"always\"]");
    JsonNode service = job.path("services").get(0);
    assertThat(service.path("alias").asText()).isEqualTo("db");
    assertThat(service.path("variables").get(0).path("key").asText()).isEqualTo("PGDATA");
    JsonNode cache = job.path("cache").get(0);
    assertThat(cache.path("key").asText()).matches("p-[0-9a-f]{40}-protected");
    assertThat(cache.path("policy").asText()).isEqualTo("pull");
    assertThat(cache.path("fallback_keys").toString()).isEqualTo("[\"old-protected\"]");
    assertThat(job.path("hooks").get(0).path("script").get(0).asText()).isEqualTo("echo before");
    assertThat(variable(job, "CI_ENVIRONMENT_NAME")).isEqualTo("review/master");
    assertThat(variable(job, "CI_ENVIRONMENT_URL")).isEqualTo("https://x.example");
    assertThat(variable(job, "CI_JOB_IMAGE")).isEqualTo("alpine:3");
    JsonNode artifacts = job.path("artifacts");
    assertThat(artifacts).hasSize(3);
    assertThat(artifacts.get(0).path("exclude").toString()).isEqualTo("[\"out/*.tmp\"]");
    assertThat(artifacts.get(0).path("expire_in").asText()).isEqualTo("1 week");
    assertThat(artifacts.get(0).path("when").asText()).isEqualTo("always");
    assertThat(artifacts.findValuesAsText("artifact_type"))
        .containsExactly("archive", "dotenv", "junit");
    assertThat(artifacts.get(2).path("paths").toString()).isEqualTo("[\"a.xml\",\"b.xml\"]");
    assertThat(artifacts.get(2).path("artifact_format").asText()).isEqualTo("gzip");
  }

  @Test
  void reportsAloneComeWithoutAnArchive() throws Exception {
    push(
        """
        build:
          script: make
          artifacts:
            reports:
              coverage_report: {coverage_format: cobertura, path: cover.xml}
        """);
    JsonNode job = next();
    assertThat(job.path("artifacts")).hasSize(1);
    JsonNode report = job.path("artifacts").get(0);
    assertThat(report.path("artifact_type").asText()).isEqualTo("cobertura");
    assertThat(report.path("name").asText()).isEqualTo("cobertura-coverage.xml");
    assertThat(runner.upload(job, "cobertura", "cobertura-coverage.xml.gz", new byte[9]).status())
        .isEqualTo(201);
    runner.succeed(job, "");
    assertThat(jobs()).containsExactly("build success");
  }

  @Test
  void otherFilesOfTheCommitCount() throws Exception {
    write("ci/more.yml", "more:\n  script: make more\n");
    write("src/a.c", "1");
    push(
        """
        include: ci/*.yml
        always: {script: x}
        sources: {script: x, rules: [{changes: ["src/**/*"]}]}
        there: {script: x, rules: [{exists: [src/a.c]}]}
        missing: {script: x, rules: [{exists: [src/b.c]}]}
        """);
    assertThat(jobs().stream().map(job -> job.split(" ", -1)[0]))
        .containsExactlyInAnyOrder("more", "always", "sources", "there");
    write("README", "1");
    push();
    assertThat(jobs().stream().map(job -> job.split(" ", -1)[0]))
        .containsExactlyInAnyOrder("more", "always", "there");
    write("src/deep/b.c", "1");
    push();
    assertThat(jobs()).anyMatch(job -> job.startsWith("sources"));
  }

  @Test
  void aFailedJobIsTriedAgainAsOftenAsItsFileSays() throws Exception {
    push("build:\n  script: x\n  retry: {max: 2, when: [script_failure]}\n");
    for (int exit = 1; exit <= 3; exit++) {
      assertThat(pipeline().path("status").asText()).isIn("pending", "running");
      runner.fail(next(), "script_failure", exit);
    }
    assertThat(runner.next()).isEmpty();
    assertThat(pipeline().path("status").asText()).isEqualTo("failed");
    push("build:\n  script: x\n  retry: {max: 2, when: [runner_system_failure]}\n");
    runner.fail(next(), "script_failure", 1);
    assertThat(jobs()).containsExactly("build failed");
    push("build:\n  script: x\n  retry: {max: 1, exit_codes: 137}\n");
    runner.fail(next(), "script_failure", 137);
    runner.succeed(next(), "");
    assertThat(jobs()).containsExactly("build success");
  }

  @Test
  void aManualJobWaitsToBePlayed() throws Exception {
    push(
        """
        stages: [build, deploy, after]
        build: {stage: build, script: x}
        deploy: {stage: deploy, script: x, rules: [{when: manual}]}
        after: {stage: after, script: x}
        """);
    runner.succeed(next(), "");
    assertThat(jobs()).containsExactly("build success", "deploy manual", "after created");
    assertThat(pipeline().path("status").asText()).isEqualTo("manual");
    play(
        "deploy",
        Map.of("job_variables_attributes", List.of(Map.of("key", "TARGET", "value", "a"))));
    JsonNode job = next();
    assertThat(nameOf(job)).isEqualTo("deploy");
    assertThat(variable(job, "TARGET")).isEqualTo("a");
    assertThat(variable(job, "CI_JOB_MANUAL")).isEqualTo("true");
    runner.succeed(job, "");
    assertThat(nameOf(next())).isEqualTo("after");
  }

  @Test
  void aDelayedJobCanBePlayedBeforeItsTime() throws Exception {
    push("build:\n  script: x\n  when: delayed\n  start_in: 1 day\n");
    assertThat(runner.next()).isEmpty();
    assertThat(pipeline().path("status").asText()).isEqualTo("scheduled");
    play("build", Map.of());
    runner.succeed(next(), "");
    assertThat(pipeline().path("status").asText()).isEqualTo("success");
  }

  @Test
  void someExitCodesAreNoFailure() throws Exception {
    String file =
        """
        stages: [one, two]
        check: {stage: one, script: x, allow_failure: {exit_codes: [42]}}
        after: {stage: two, script: x}
        """;
    push(file);
    runner.fail(next(), "script_failure", 42);
    assertThat(jobs()).containsExactly("check failed", "after pending");
    runner.succeed(next(), "");
    assertThat(pipeline().path("status").asText()).isEqualTo("success");
    push(file + "# again\n");
    runner.fail(next(), "script_failure", 1);
    assertThat(jobs()).containsExactly("check failed", "after skipped");
    assertThat(pipeline().path("status").asText()).isEqualTo("failed");
  }

  @Test
  void aNewerPushCancelsWhatMayBeInterrupted() throws Exception {
    String file =
        """
        build: {script: x, interruptible: true}
        later: {stage: deploy, script: x, interruptible: false}
        """;
    push(file);
    JsonNode job = next();
    JsonNode first = pipeline();
    push(file + "# again\n");
    assertThat(jobs(first)).containsExactly("build canceling", "later canceled");
    runner.fail(job, "script_failure", 1);
    assertThat(jobs(first)).containsExactly("build canceled", "later canceled");
    runner.succeed(next(), "");
    JsonNode second = pipeline();
    next();
    push(file + "# and again\n");
    assertThat(jobs(second)).containsExactly("build success", "later running");
  }

  @Test
  void ofAResourceGroupOneJobRunsAtATime() throws Exception {
    git.commit("x", "x");
    write(
        ".gitlab-ci.yml",
        """
        deploy:
          script: x
          resource_group: site-$SITE
          variables: {SITE: a}
        """);
    push();
    git.run("push", "-q", standIn.gitUrl(name, "x", StandIn.ROOT), "HEAD:other");
    JsonNode second = pipeline();
    JsonNode first = next();
    assertThat(runner.next()).isEmpty();
    assertThat(jobs(second)).containsExactly("deploy waiting_for_resource");
    assertThat(second.path("status").asText()).isEqualTo("waiting_for_resource");
    runner.fail(first, "script_failure", 1);
    JsonNode waited = next();
    assertThat(waited.path("job_info").path("pipeline_id").asLong())
        .isEqualTo(second.path("id").asLong());
    runner.succeed(waited, "");
    assertThat(jobs(second)).containsExactly("deploy success");
  }

  @Test
  void aMatrixBecomesManyJobs() throws Exception {
    push(
        """
        stages: [build, use]
        build:
          stage: build
          script: x
          parallel: {matrix: [{OS: [deb, rpm], ARCH: arm}]}
          artifacts: {paths: [out]}
        use:
          stage: use
          script: x
          needs: [{job: build, parallel: {matrix: [{OS: rpm, ARCH: arm}]}}]
        """);
    JsonNode deb = next();
    JsonNode rpm = next();
    assertThat(nameOf(deb)).isEqualTo("build: [deb, arm]");
    assertThat(variable(deb, "OS")).isEqualTo("deb");
    assertThat(variable(deb, "CI_NODE_INDEX")).isEqualTo("1");
    assertThat(variable(rpm, "CI_NODE_INDEX")).isEqualTo("2");
    assertThat(variable(rpm, "CI_NODE_TOTAL")).isEqualTo("2");
    runner.upload(rpm, new byte[] {1});
    runner.succeed(rpm, "");
    JsonNode use = next();
    assertThat(nameOf(use)).isEqualTo("use");
    assertThat(use.path("dependencies").findValuesAsText("name"))
        .containsExactly("build: [rpm, arm]");
  }

  @Test
  void afterAFailureTheRestIsCanceledWhenTheFileSaysSo() throws Exception {
    push(
        """
        workflow: {auto_cancel: {on_job_failure: all}}
        one: {script: x}
        two: {script: x}
        """);
    JsonNode one = next();
    JsonNode two = next();
    runner.fail(one, "script_failure", 1);
    assertThat(jobs()).containsExactly("one failed", "two canceling");
    assertThat(runner.trace(two, 0, "x").header("Job-Status")).isEqualTo("canceling");
  }

  @Test
  void aFileThatIsNoTextFailsWithASentence() throws Exception {
    write(".gitlab-ci.yml", new byte[] {'a', ':', ' ', (byte) 0xff, (byte) 0xfe, '\n'});
    push();
    assertThat(pipeline().path("status").asText()).isEqualTo("failed");
    assertThat(pipeline().path("yaml_errors").asText()).contains("UTF-8");
    write(".gitlab-ci.yml", "#".repeat(10 << 20).getBytes(StandardCharsets.UTF_8));
    push();
    assertThat(pipeline().path("yaml_errors").asText()).contains("1048576");
    push("include: ci/none.yml\nbuild: {script: x}\n");
    assertThat(pipeline().path("yaml_errors").asText()).contains("ci/none.yml");
  }
}

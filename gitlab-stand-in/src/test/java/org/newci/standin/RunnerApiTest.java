package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

@NeedsProgram("git")
class RunnerApiTest {

  private static final String ONE_JOB = "build:\n  script: make\n";

  @TempDir Path dir;
  private StandIn standIn;
  private RunnerClient runner;
  private Git git;
  private long project;

  @BeforeEach
  void start() throws Exception {
    standIn =
        new StandIn(
            dir.resolve("home"), new StandInService.Limits(Duration.ofSeconds(2), 1000, 10_000));
    project = standIn.project("hello");
    runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
    git = Git.init(dir.resolve("copy"));
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  private String push(String ciFile) throws Exception {
    String sha = git.commit(".gitlab-ci.yml", ciFile);
    git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "HEAD:master");
    return sha;
  }

  private JsonNode job() throws Exception {
    push(ONE_JOB);
    return runner.next().orElseThrow();
  }

  private JsonNode newestPipeline() {
    return standIn.get("/projects/%d/pipelines".formatted(project)).json().get(0);
  }

  private JsonNode stateOf(JsonNode job) {
    return standIn.get("/projects/%d/jobs/%d".formatted(project, job.path("id").asLong())).json();
  }

  private String variable(JsonNode job, String key) {
    return StreamSupport.stream(job.path("variables").spliterator(), false)
        .filter(v -> v.path("key").asText().equals(key))
        .map(v -> v.path("value").asText())
        .reduce((a, b) -> b)
        .orElse("(none)");
  }

  @Test
  void aRunnerProvesWhoItIs() {
    assertThat(runner.verify().status()).isEqualTo(200);
    assertThat(runner.verify().json().path("token").asText()).isEqualTo(StandIn.RUNNER);
    RunnerClient nobody = new RunnerClient(standIn, "glrt-wrong", "s_2");
    assertThat(nobody.verify().status()).isEqualTo(403);
    assertThat(nobody.request().status()).isEqualTo(403);
  }

  @Test
  void aRunnerLooksAfterItsOwnToken() {
    StandIn.Answer made = standIn.post("/user/runners", "{\"runner_type\":\"instance_type\"}");
    String token = made.json().path("token").asText();
    String whole = "{\"token\":\"%s\",\"system_id\":\"s_9\"}".formatted(token);
    String half = "{\"token\":\"%s\"}".formatted(token);
    assertThat(call("DELETE", "/runners/managers", whole)).isEqualTo(204);
    assertThat(call("DELETE", "/runners/managers", half)).isEqualTo(400);
    assertThat(call("GET", "/runners/router/discovery?token=x", null)).isEqualTo(400);
    assertThat(new RunnerClient(standIn, token, "s_9").discover().status()).isEqualTo(501);
    assertThat(call("POST", "/runners", "{\"token\":\"x\"}")).isEqualTo(410);
    StandIn.Answer anew = standIn.call("POST", "/runners/reset_authentication_token", half, null);
    assertThat(anew.status()).isEqualTo(201);
    assertThat(anew.json().path("token_expires_at").isNull()).isTrue();
    assertThat(new RunnerClient(standIn, token, "s_9").verify().status()).isEqualTo(403);
    assertThat(call("POST", "/runners/reset_authentication_token", half)).isEqualTo(403);
    String newer = anew.json().path("token").asText();
    assertThat(new RunnerClient(standIn, newer, "s_9").verify().status()).isEqualTo(200);
  }

  private int call(String method, String path, String body) {
    return standIn.call(method, path, body, null).status();
  }

  @Test
  void withoutAJobTheQuestionEndsWithAMark() {
    StandIn.Answer answer = runner.request();
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("X-GitLab-Last-Update")).isNotEmpty();
  }

  @Test
  void aMachineThatStartsAnewLeavesItsOldQuestionBehind() throws Exception {
    runner.verify();
    CompletableFuture<StandIn.Answer> old = CompletableFuture.supplyAsync(runner::request);
    CompletableFuture<StandIn.Answer> anew =
        CompletableFuture.supplyAsync(
            () -> new RunnerClient(standIn, StandIn.RUNNER, "s_1").request(),
            CompletableFuture.delayedExecutor(800, TimeUnit.MILLISECONDS));
    assertThat(old.get().status()).isEqualTo(204);
    assertThat(anew).isNotDone();
    push(ONE_JOB);
    assertThat(anew.get().status()).isEqualTo(201);
  }

  @Test
  void aRunnerWhoseConnectionEndedWhileItWaitedGetsNoJob() throws Exception {
    String body =
        "{\"token\": \"%s\", \"system_id\": \"s_2\", \"last_update\": \"x\"}"
            .formatted(StandIn.RUNNER);
    try (Socket gone = new Socket("localhost", standIn.port)) {
      gone.getOutputStream()
          .write(
              """
              POST /api/v4/jobs/request HTTP/1.1\r
              Host: localhost\r
              Content-Type: application/json\r
              Content-Length: %d\r
              \r
              %s"""
                  .formatted(body.length(), body)
                  .getBytes(StandardCharsets.UTF_8));
    }
    push(ONE_JOB);
    assertThat(runner.next()).isPresent();
  }

  @Test
  void aJobComesWithAllThatItsRunNeeds() throws Exception {
    standIn.post(
        "/projects/%d/variables".formatted(project),
        "{\"key\":\"SECRET\",\"value\":\"s3cretvalue\",\"masked\":true}");
    String sha =
        push(
            """
            build:
              script: [make, make check]
              after_script: [echo end]
              variables: {COLOUR: red}
              artifacts: {paths: [out/]}
              timeout: 10m
            """);
    JsonNode job = runner.next().orElseThrow();
    long pipeline = newestPipeline().path("id").asLong();

    assertThat(job.path("git_info").path("refspecs").get(0).asText())
        .isEqualTo("+refs/pipelines/%d:refs/pipelines/%d".formatted(pipeline, pipeline));
    assertThat(job.path("git_info").path("ref").asText()).isEqualTo("master");
    assertThat(job.path("runner_info").path("timeout").asInt()).isEqualTo(600);
    assertThat(job.path("steps")).hasSize(2);
    assertThat(job.path("steps").get(1).path("name").asText()).isEqualTo("after_script");
    assertThat(job.path("artifacts").get(0).path("artifact_type").asText()).isEqualTo("archive");
    assertThat(variable(job, "CI_COMMIT_SHA")).isEqualTo(sha);
    assertThat(variable(job, "CI_COMMIT_BRANCH")).isEqualTo("master");
    assertThat(variable(job, "CI_PIPELINE_ID")).isEqualTo(String.valueOf(pipeline));
    assertThat(variable(job, "CI_JOB_TOKEN")).isEqualTo(job.path("token").asText());
    assertThat(variable(job, "CI_PROJECT_PATH")).isEqualTo("root/hello");
    assertThat(variable(job, "COLOUR")).isEqualTo("red");
    assertThat(variable(job, "SECRET")).isEqualTo("s3cretvalue");
    assertThat(job.path("variables").toString()).contains("\"masked\":true");

    Git copy = Git.init(dir.resolve("runners-copy"));
    copy.run(
        "fetch",
        "-q",
        "--depth",
        "20",
        job.path("git_info").path("repo_url").asText(),
        job.path("git_info").path("refspecs").get(0).asText());
    assertThat(copy.run("rev-parse", "refs/pipelines/" + pipeline).strip()).isEqualTo(sha);
    assertThat(
            copy.attempt(
                    "push", job.path("git_info").path("repo_url").asText(), sha + ":refs/heads/x")
                .output())
        .contains("403");
    runner.succeed(job, "");
    assertThat(copy.attempt("fetch", job.path("git_info").path("repo_url").asText()).exit())
        .isNotZero();
  }

  @Test
  void theLogGrowsAndAWrongPlaceIsCorrected() throws Exception {
    JsonNode job = job();
    StandIn.Answer first = runner.trace(job, 0, "one\n");
    assertThat(first.status()).isEqualTo(202);
    assertThat(first.header("Range")).isEqualTo("0-4");
    assertThat(first.header("Job-Status")).isEqualTo("running");
    assertThat(first.header("X-GitLab-Trace-Update-Interval")).isEqualTo("1");
    StandIn.Answer lost = runner.trace(job, 8, "three\n");
    assertThat(lost.status()).isEqualTo(416);
    assertThat(lost.header("Range")).isEqualTo("0-4");
    assertThat(runner.trace(job, 4, "two\n").status()).isEqualTo(202);
    assertThat(
            standIn
                .get("/projects/%d/jobs/%d/trace".formatted(project, job.path("id").asLong()))
                .body())
        .isEqualTo("one\ntwo\n");
  }

  @Test
  void aWrongChecksumMakesTheRunnerSendAllAgain() throws Exception {
    JsonNode job = job();
    runner.trace(job, 0, "broken");
    assertThat(runner.succeed(job, "whole log").status()).isEqualTo(412);
    assertThat(stateOf(job).path("status").asText()).isEqualTo("running");
    assertThat(runner.trace(job, 0, "whole log").status()).isEqualTo(202);
    assertThat(runner.succeed(job, "whole log").status()).isEqualTo(200);
    assertThat(stateOf(job).path("status").asText()).isEqualTo("success");
    assertThat(newestPipeline().path("status").asText()).isEqualTo("success");
    assertThat(runner.succeed(job, "whole log").status()).isEqualTo(403);
  }

  @Test
  void aTooLongLogFailsTheJob() throws Exception {
    JsonNode job = job();
    assertThat(runner.trace(job, 0, "x".repeat(1001)).status()).isEqualTo(403);
    assertThat(stateOf(job).path("failure_reason").asText()).isEqualTo("trace_size_exceeded");
  }

  @Test
  void aFailureCarriesItsReasonAndExitCode() throws Exception {
    JsonNode job = job();
    assertThat(runner.fail(job, "script_failure", 3).status()).isEqualTo(200);
    assertThat(stateOf(job).path("status").asText()).isEqualTo("failed");
    assertThat(stateOf(job).path("failure_reason").asText()).isEqualTo("script_failure");
    assertThat(stateOf(job).path("exit_code").asInt()).isEqualTo(3);
    assertThat(newestPipeline().path("status").asText()).isEqualTo("failed");
  }

  @Test
  void aCancelledJobIsToldToStopAndEndsCancelled() throws Exception {
    JsonNode job = job();
    long pipeline = newestPipeline().path("id").asLong();
    standIn.post("/projects/%d/pipelines/%d/cancel".formatted(project, pipeline), null);
    assertThat(runner.trace(job, 0, "x").header("Job-Status")).isEqualTo("canceling");
    assertThat(runner.fail(job, "script_failure", 1).status()).isEqualTo(200);
    assertThat(stateOf(job).path("status").asText()).isEqualTo("canceled");
    assertThat(newestPipeline().path("status").asText()).isEqualTo("canceled");
    StandIn.Answer late = runner.trace(job, 1, "y");
    assertThat(late.status()).isEqualTo(403);
    assertThat(late.header("Job-Status")).isEqualTo("canceled");
  }

  @Test
  void artifactsReachTheJobsBehind() throws Exception {
    push(
        """
        stages: [one, two]
        first:
          stage: one
          script: make
          artifacts: {paths: [out/]}
        second:
          stage: two
          script: use
        """);
    JsonNode first = runner.next().orElseThrow();
    assertThat(runner.next()).isEmpty();
    byte[] archive = "PK\r\n--b0undary471\r\n\r\nnot a real one".getBytes(StandardCharsets.UTF_8);
    assertThat(runner.upload(first, archive).status()).isEqualTo(201);
    assertThat(runner.upload(first, new byte[10_001]).status()).isEqualTo(413);
    runner.succeed(first, "");
    JsonNode second = runner.next().orElseThrow();
    JsonNode dependency = second.path("dependencies").get(0);
    assertThat(dependency.path("name").asText()).isEqualTo("first");
    assertThat(dependency.path("artifacts_file").path("size").asInt()).isEqualTo(archive.length);
    StandIn.Answer got =
        runner.download(dependency.path("id").asLong(), dependency.path("token").asText());
    assertThat(got.body()).isEqualTo(new String(archive, StandardCharsets.UTF_8));
    assertThat(runner.download(dependency.path("id").asLong(), "glcbt-1_x").status())
        .isEqualTo(403);
    assertThat(
            standIn
                .get("/projects/%d/jobs/%d/artifacts".formatted(project, first.path("id").asInt()))
                .body())
        .hasSize(archive.length);
    assertThat(stateOf(first).path("artifacts_file").path("filename").asText())
        .isEqualTo("artifacts.zip");
  }

  @Test
  void tagsChooseTheRunner() throws Exception {
    push("build:\n  script: make\n  tags: [arm]\n");
    assertThat(runner.next()).isEmpty();
    StandIn.Answer made =
        standIn.post(
            "/user/runners", "{\"runner_type\":\"instance_type\",\"tag_list\":[\"arm\",\"big\"]}");
    assertThat(made.status()).isEqualTo(201);
    RunnerClient arm = new RunnerClient(standIn, made.json().path("token").asText(), "s_2");
    assertThat(arm.next()).isPresent();
  }

  @Test
  void twoRunnersGetEachJobOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      // Of one branch, the newer pipelines would cancel the older ones.
      git.commit(".gitlab-ci.yml", "job%d:\n  script: make\n".formatted(i));
      git.run("push", "-q", standIn.gitUrl("hello", "x", StandIn.ROOT), "HEAD:branch" + i);
    }
    Queue<Long> taken = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Void>> runners =
        List.of("s_a", "s_b").stream()
            .map(
                system ->
                    CompletableFuture.runAsync(
                        () -> {
                          RunnerClient one = new RunnerClient(standIn, StandIn.RUNNER, system);
                          one.next()
                              .ifPresent(
                                  job -> {
                                    taken.add(job.path("id").asLong());
                                    one.succeed(job, "");
                                  });
                          while (taken.size() < 20) {
                            one.next()
                                .ifPresent(
                                    job -> {
                                      taken.add(job.path("id").asLong());
                                      one.succeed(job, "");
                                    });
                          }
                        }))
            .toList();
    runners.forEach(CompletableFuture::join);
    assertThat(taken).hasSize(20).doesNotHaveDuplicates();
    JsonNode all =
        standIn.get("/projects/%d/pipelines?status=success&per_page=50".formatted(project)).json();
    assertThat(all).hasSize(20);
  }

  @Test
  void aWrongKeywordMakesAFailedPipelineThatNamesIt() throws Exception {
    push("build:\n  script: make\n  secrets: x\n");
    long id = newestPipeline().path("id").asLong();
    JsonNode pipeline = standIn.get("/projects/%d/pipelines/%d".formatted(project, id)).json();
    assertThat(pipeline.path("status").asText()).isEqualTo("failed");
    assertThat(pipeline.path("yaml_errors").asText()).contains("secrets");
    assertThat(standIn.get("/projects/%d/pipelines/%d/jobs".formatted(project, id)).json())
        .isEmpty();
  }

  @Test
  void jobsThatRanAtAStopGoOnAfterTheNextStart() throws Exception {
    JsonNode job = job();
    runner.trace(job, 0, "so far\n");
    standIn.close();
    standIn.start();
    assertThat(stateOf(job).path("status").asText()).isEqualTo("running");
    assertThat(runner.trace(job, 0, "so far\n").header("Range")).isEqualTo("0-7");
    assertThat(runner.trace(job, 7, "more").status()).isEqualTo(202);
    assertThat(runner.succeed(job, "so far\nmore").status()).isEqualTo(200);
    assertThat(newestPipeline().path("status").asText()).isEqualTo("success");
    push(ONE_JOB + "# again\n");
    assertThat(newestPipeline().path("id").asLong()).isEqualTo(2);
    assertThat(runner.next()).isPresent();
  }
}

package org.newci.vcs.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.auth.Scope;
import org.newci.neighbours.NeedsProgram;
import org.newci.vcs.FakeGitLab;
import org.newci.vcs.WorkerRig;

@NeedsProgram("git")
class PipelineRoutesTest {

  private static final String COMMIT = "c".repeat(40);

  @TempDir private Path temp;
  private WorkerRig rig;
  private long project;

  @BeforeEach
  void start() {
    rig = new WorkerRig(temp, "http://127.0.0.1:1");
    project = rig.gitlab.addProject("bot/x").id;
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private FakeGitLab.Pipeline pipeline(String status) {
    return rig.gitlab.addPipeline(project, COMMIT, status);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void candidatesAreThoseOfTheCommitAfterTheFloorLowestFirst() {
    long floor = pipeline("success").id;
    long second = pipeline("running").id;
    long third = pipeline("pending").id;
    rig.gitlab.addPipeline(project, "d".repeat(40), "pending");
    WorkerRig.Answer answer =
        rig.get("/projects/%d/pipelines?commit=%s&after=%d".formatted(project, COMMIT, floor));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("pipelines").findValuesAsText("id"))
        .containsExactly("" + second, "" + third);
    assertThat(answer.body().path("pipelines").get(0).path("web_url").asText()).startsWith("http");
  }

  @Test
  void aPipelineHasTheNewestRunOfEachJobWithItsExitCode() {
    long id = pipeline("failed").id;
    rig.gitlab.addJob(id, "build", "failed", bytes("old"), null);
    long retried =
        rig.gitlab.addJob(
            id, "build", "failed", bytes("$ make\nERROR: Job failed: exit status 2\n"), null);
    long told = rig.gitlab.addJob(id, "test", "failed", bytes(""), null);
    rig.gitlab.jobs.get(told).json.put("exit_code", 42);
    long fine = rig.gitlab.addJob(id, "lint", "success", bytes(""), null);
    WorkerRig.Answer answer = rig.get("/projects/%d/pipelines/%d".formatted(project, id));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().path("status").asText()).isEqualTo("failed");
    var jobs = answer.body().path("jobs");
    assertThat(jobs.findValuesAsText("id")).containsExactly("" + retried, "" + told, "" + fine);
    assertThat(jobs.get(0).path("exit_code").asInt()).isEqualTo(2);
    assertThat(jobs.get(0).path("failure_reason").asText()).isEqualTo("script_failure");
    assertThat(jobs.get(1).path("exit_code").asInt()).isEqualTo(42);
    assertThat(jobs.get(2).has("exit_code")).isFalse();
    assertThat(jobs.get(2).path("started_at").asText()).startsWith("2026-01-02T");
  }

  @Test
  void theTestReportOfAPipelineThatIsOverIsCountedAndItsFailingTestsNamed() {
    long id = pipeline("failed").id;
    long job = rig.gitlab.addJob(id, "test", "failed", bytes(""), null);
    rig.gitlab.jobs.get(job).json.put("artifacts", List.of(Map.of("file_type", "junit")));
    rig.gitlab.testReport = report(4, 60);
    var tests = rig.get("/projects/%d/pipelines/%d".formatted(project, id)).body().path("tests");
    assertThat(tests.path("total").asInt()).isEqualTo(64);
    assertThat(tests.path("passed").asInt()).isEqualTo(4);
    assertThat(tests.path("failed").asInt()).isEqualTo(60);
    assertThat(tests.path("failing")).hasSize(50);
    assertThat(tests.path("failing").get(0).asText()).isEqualTo("org.example.FooTest.bad0");
  }

  @Test
  void aReportThatGitLabCannotGiveIsLeftOut() {
    long id = pipeline("success").id;
    long job = rig.gitlab.addJob(id, "test", "success", bytes(""), null);
    rig.gitlab.jobs.get(job).json.put("artifacts", List.of(Map.of("file_type", "junit")));
    WorkerRig.Answer answer = rig.get("/projects/%d/pipelines/%d".formatted(project, id));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body().has("tests")).isFalse();
  }

  private static Map<String, Object> report(int good, int bad) {
    List<Map<String, Object>> cases = new ArrayList<>();
    for (int i = 0; i < good; i++) {
      cases.add(
          Map.of("status", "success", "name", "good" + i, "classname", "org.example.FooTest"));
    }
    for (int i = 0; i < bad; i++) {
      String status = i % 2 == 0 ? "failed" : "error";
      cases.add(Map.of("status", status, "name", "bad" + i, "classname", "org.example.FooTest"));
    }
    return Map.of(
        "total_time",
        1.5,
        "total_count",
        good + bad,
        "success_count",
        good,
        "failed_count",
        (bad + 1) / 2,
        "error_count",
        bad / 2,
        "skipped_count",
        0,
        "test_suites",
        List.of(Map.of("name", "test", "test_cases", cases)));
  }

  @Test
  void exitCodesAreReadFromTheLastWords() {
    assertThat(ExitCodes.in("ERROR: Job failed: exit status 1\n")).contains(1);
    assertThat(ExitCodes.in("\u001b[31;1mERROR: Job failed: exit code 137\n")).contains(137);
    assertThat(ExitCodes.in("Job failed: command terminated with exit code 3")).contains(3);
    assertThat(ExitCodes.in("I echo exit status 9\nERROR: Job failed (system failure)")).isEmpty();
  }

  @Test
  void cancelAsksGitLabAndAnswersTheState() {
    FakeGitLab.Pipeline running = pipeline("running");
    WorkerRig.Answer answer =
        rig.post("/projects/%d/pipelines/%d/cancel".formatted(project, running.id), "");
    assertThat(answer.status()).as(answer.raw().body()).isEqualTo(200);
    assertThat(answer.body().path("status").asText()).isEqualTo("canceled");
    assertThat(running.status).isEqualTo("canceled");
  }

  @Test
  void theLogStartsAtTheOffsetAndSaysTheJobsStatus() {
    long id = pipeline("running").id;
    long job = rig.gitlab.addJob(id, "build", "running", bytes("0123456789é"), null);
    String path = "/projects/%d/jobs/%d/log".formatted(project, job);
    WorkerRig.Answer all = rig.get(path);
    assertThat(all.status()).isEqualTo(200);
    assertThat(all.raw().body()).isEqualTo("0123456789é");
    assertThat(all.raw().headers().firstValue(JobLogRoutes.STATUS)).hasValue("running");
    assertThat(rig.get(path + "?offset=4").raw().body()).isEqualTo("456789é");
    assertThat(rig.get(path + "?offset=12").raw().body()).isEmpty();
    assertThat(rig.get(path + "?offset=99").raw().body()).isEmpty();
    rig.gitlab.jobs.get(job).trace = new byte[0];
    assertThat(rig.get(path).raw().body()).isEmpty();
  }

  @Test
  void whatIsNotThereOrWrongIsSaid() {
    assertThat(rig.get("/projects/9999/pipelines/1").status()).isEqualTo(404);
    assertThat(rig.get("/projects/9999/pipelines/1").detail()).contains("pipeline 1");
    assertThat(rig.get("/projects/%d/jobs/1/log".formatted(project)).status()).isEqualTo(404);
    assertThat(rig.get("/projects/x/pipelines/1").status()).isEqualTo(400);
    assertThat(rig.get("/projects/1/pipelines/0").status()).isEqualTo(400);
    assertThat(rig.get("/projects/1/pipelines?commit=abc").detail()).contains("40 hex digits");
    assertThat(rig.get("/projects/1/pipelines").status()).isEqualTo(400);
    assertThat(rig.get("/projects/1/pipelines?commit=" + COMMIT + "&after=x").status())
        .isEqualTo(400);
    assertThat(rig.get("/projects/1/jobs/1/log?offset=-1").status()).isEqualTo(400);
  }

  @Test
  void eachRouteWantsItsScope() {
    Map<String, Scope> routes =
        Map.of(
            "GET /projects/1/pipelines", Scope.PIPELINE_GET,
            "GET /projects/1/pipelines/1", Scope.PIPELINE_GET,
            "POST /projects/1/pipelines/1/cancel", Scope.PIPELINE_CANCEL,
            "GET /projects/1/jobs/1/log", Scope.LOG_GET,
            "POST /repo", Scope.REPO_POST,
            "POST /collect", Scope.COLLECT_POST);
    routes.forEach(
        (route, scope) -> {
          String[] part = route.split(" ", 2);
          EnumSet<Scope> others = EnumSet.complementOf(EnumSet.of(scope));
          assertThat(rig.send(part[0], part[1], "{}", rig.token(others)).status())
              .as(route)
              .isEqualTo(403);
          assertThat(rig.send(part[0], part[1], "{}", "no.good.token").status())
              .as(route)
              .isEqualTo(401);
        });
  }
}

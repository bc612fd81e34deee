package org.newci.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** What people and their programs do with pipelines, jobs and artifacts. */
@NeedsProgram("git")
class PipelinesOverRestTest {

  private static final String TWO_STAGES =
      """
      stages: [one, two]
      first:
        stage: one
        script: make
        artifacts: {paths: [out/]}
      second:
        stage: two
        script: use
      """;

  @TempDir Path dir;
  private StandIn standIn;
  private RunnerClient runner;
  private Git git;
  private String base;
  private String sha;

  @BeforeEach
  void start() throws Exception {
    standIn =
        new StandIn(
            dir.resolve("home"),
            new StandInService.Limits(Duration.ofMillis(300), 100_000, 100_000));
    long project = standIn.project("hello");
    base = "/projects/" + project;
    runner = new RunnerClient(standIn, StandIn.RUNNER, "s_1");
    git = Git.init(dir.resolve("copy"));
    sha = git.commit(".gitlab-ci.yml", TWO_STAGES);
    push();
  }

  @AfterEach
  void stop() {
    standIn.close();
  }

  private void push(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("push", "-q"));
    arguments.addAll(List.of(options));
    arguments.add(standIn.gitUrl("hello", "x", StandIn.ROOT));
    arguments.add("HEAD:master");
    git.run(arguments.toArray(String[]::new));
  }

  private JsonNode get(String path) {
    StandIn.Answer answer = standIn.get(base + path);
    assertThat(answer.status()).as(path + " " + answer.body()).isEqualTo(200);
    return answer.json();
  }

  private StandIn.Answer post(String path, Object body) {
    return standIn.post(base + path, body == null ? null : org.newci.shell.json.Json.write(body));
  }

  private List<String> names(JsonNode jobs) {
    return StreamSupport.stream(jobs.spliterator(), false)
        .map(job -> job.path("name").asText() + " " + job.path("status").asText())
        .toList();
  }

  private static byte[] gzip(String... files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String file : files) {
      try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
        out.write(file.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return bytes.toByteArray();
  }

  @Test
  void aPipelineIsStartedWithVariables() {
    StandIn.Answer made =
        post(
            "/pipeline",
            Map.of(
                "ref",
                "master",
                "variables",
                List.of(
                    Map.of("key", "COLOUR", "value", "red"),
                    Map.of("key", "NOTE", "value", "text", "variable_type", "file"))));
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.json().path("source").asText()).isEqualTo("api");
    assertThat(made.json().path("before_sha").asText()).isEqualTo("0".repeat(40));
    long id = made.json().path("id").asLong();
    JsonNode variables = get("/pipelines/%d/variables".formatted(id));
    assertThat(variables.get(0).path("key").asText()).isEqualTo("COLOUR");
    assertThat(variables.get(1).path("variable_type").asText()).isEqualTo("file");
    assertThat(runner.next()).isPresent();
    JsonNode job = runner.next().orElseThrow();
    assertThat(job.path("job_info").path("pipeline_id").asLong()).isEqualTo(id);
    assertThat(RunnerClient.variable(job, "COLOUR").path("value").asText()).isEqualTo("red");
    assertThat(RunnerClient.variable(job, "NOTE").path("file").asBoolean()).isTrue();
    Fixtures.ifThere(
        fixtures ->
            fixtures.hasKeysOf(
                "webhooks-gitlab-docs/create-pipeline-api-response.json", made.json()));
  }

  @Test
  void whatCannotStartSaysWhy() throws Exception {
    assertThat(post("/pipeline", Map.of()).json().path("error").asText())
        .isEqualTo("ref is missing");
    assertThat(post("/pipeline", Map.of("ref", "nowhere")).body()).contains("Reference not found");
    assertThat(post("/pipeline", Map.of("ref", "../x")).status()).isEqualTo(400);
    assertThat(post("/pipeline", Map.of("ref", "master", "variables", "x")).status())
        .isEqualTo(400);
    assertThat(
            post("/pipeline", Map.of("ref", "master", "variables", List.of(Map.of("key", "a b"))))
                .status())
        .isEqualTo(400);
    git.commit(".gitlab-ci.yml", "a:\n  script: x\n  only: [tags]\n");
    push();
    StandIn.Answer none = post("/pipeline", Map.of("ref", "master"));
    assertThat(none.status()).isEqualTo(400);
    assertThat(none.json().path("message").path("base").get(0).asText())
        .contains("Pipeline will not run for the selected trigger");
    assertThat(standIn.call("POST", base + "/pipeline", "{\"ref\":\"master\"}", null).status())
        .isEqualTo(401);
  }

  @Test
  void listsAreNarrowed() {
    post("/pipeline", Map.of("ref", "master"));
    assertThat(get("/pipelines")).hasSize(2);
    for (String one :
        List.of(
            "source=api",
            "source=push",
            "scope=branches",
            "order_by=id&sort=asc&per_page=1",
            "created_after=2020-01-01T00:00:00Z&source=api")) {
      assertThat(get("/pipelines?" + one)).as(one).hasSize(1);
    }
    for (String both :
        List.of(
            "ref=master",
            "sha=" + sha,
            "status=pending",
            "scope=pending",
            "username=root",
            "yaml_errors=false",
            "updated_before=2099-01-01")) {
      assertThat(get("/pipelines?" + both)).as(both).hasSize(2);
    }
    for (String none :
        List.of(
            "scope=tags",
            "scope=running",
            "scope=finished",
            "ref=x",
            "updated_after=2099-01-01T00:00:00Z")) {
      assertThat(get("/pipelines?" + none)).as(none).isEmpty();
    }
    for (String bad :
        List.of(
            "scope=x",
            "status=x",
            "order_by=x",
            "sort=x",
            "updated_after=yesterday",
            "yaml_errors=x")) {
      assertThat(standIn.get(base + "/pipelines?" + bad).status()).as(bad).isEqualTo(400);
    }
    assertThat(get("/pipelines/latest").path("source").asText()).isEqualTo("api");
    assertThat(standIn.get(base + "/pipelines/latest?ref=x").status()).isEqualTo(403);
    assertThat(get("/jobs?scope[]=pending")).hasSize(2);
    assertThat(get("/jobs?scope[]=pending&scope[]=created")).hasSize(4);
    assertThat(get("/jobs?scope=success")).isEmpty();
    assertThat(standIn.get(base + "/jobs?scope=x").status()).isEqualTo(400);
  }

  @Test
  void aFailedPipelineIsTriedAgain() {
    JsonNode first = runner.next().orElseThrow();
    runner.fail(first, "script_failure", 1);
    long id = get("/pipelines").get(0).path("id").asLong();
    String jobs = "/pipelines/%d/jobs".formatted(id);
    assertThat(names(get(jobs))).containsExactly("second skipped", "first failed");
    StandIn.Answer again = post("/pipelines/%d/retry".formatted(id), null);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.json().path("status").asText()).isIn("pending", "running");
    assertThat(names(get(jobs))).containsExactly("second created", "first pending");
    assertThat(get(jobs + "?include_retried=true")).hasSize(3);
    JsonNode newer = runner.next().orElseThrow();
    assertThat(newer.path("id").asLong()).isGreaterThan(first.path("id").asLong());
    runner.succeed(newer, "");
    runner.succeed(runner.next().orElseThrow(), "");
    assertThat(get("/pipelines/" + id).path("status").asText()).isEqualTo("success");
  }

  @Test
  void aJobIsTriedAgain() {
    JsonNode first = runner.next().orElseThrow();
    String path = "/jobs/%d".formatted(first.path("id").asLong());
    assertThat(post(path + "/retry", null).body()).contains("403 Forbidden - Job is not retryable");
    assertThat(post(path + "/play", null).body()).contains("Unplayable Job");
    assertThat(post(path + "/erase", null).status()).isEqualTo(403);
    runner.fail(first, "script_failure", 1);
    StandIn.Answer again = post(path + "/retry", null);
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.json().path("id").asLong()).isNotEqualTo(first.path("id").asLong());
    assertThat(again.json().path("status").asText()).isEqualTo("pending");
    assertThat(post(path + "/retry", null).status()).isEqualTo(403);
    runner.succeed(runner.next().orElseThrow(), "");
    assertThat(runner.next().orElseThrow().path("job_info").path("name").asText())
        .isEqualTo("second");
  }

  @Test
  void aRunningJobReadsTheArtifactsOfItsOwnProject() throws Exception {
    long other = standIn.project("other");
    JsonNode first = runner.next().orElseThrow();
    runner.upload(first, Zips.of("out/a.txt", "hello"));
    runner.succeed(first, "");
    JsonNode second = runner.next().orElseThrow();
    String path = "%s/jobs/%d/artifacts".formatted(base, first.path("id").asLong());
    String token = second.path("token").asText();

    assertThat(standIn.asJob(path + "/out/a.txt", token).body()).isEqualTo("hello");
    assertThat(standIn.asJob(path, token).status()).isEqualTo(200);
    assertThat(standIn.call("GET", path + "?job_token=" + token, null, null).status())
        .isEqualTo(200);
    // Nothing else, nothing of others, and not once the job is over.
    assertThat(standIn.asJob(base, token).status()).isEqualTo(401);
    assertThat(standIn.asJob(path.replace(base, "/projects/" + other), token).status())
        .isEqualTo(404);
    assertThat(standIn.asJob(path, first.path("token").asText()).status()).isEqualTo(404);
    assertThat(standIn.asJob(path, "glcbt-1_x").status()).isEqualTo(404);
    runner.succeed(second, "");
    assertThat(standIn.asJob(path, token).status()).isEqualTo(404);
  }

  @Test
  void artifactsAreReadWholeAndFileByFile() {
    JsonNode first = runner.next().orElseThrow();
    byte[] archive = Zips.of("out/a.txt", "hello");
    assertThat(runner.upload(first, archive).status()).isEqualTo(201);
    // The runner did not hear of it and tries once more.
    assertThat(runner.upload(first, archive).status()).isEqualTo(201);
    assertThat(runner.upload(first, Zips.of("b", "other")).status()).isEqualTo(400);
    runner.trace(first, 0, "log");
    runner.succeed(first, "log");
    String path = "/jobs/%d".formatted(first.path("id").asLong());
    String refs = "/jobs/artifacts/master";
    assertThat(standIn.get(base + refs + "/download?job=first").status()).isEqualTo(404);
    runner.succeed(runner.next().orElseThrow(), "");

    StandIn.Answer file = standIn.get(base + path + "/artifacts/out/a.txt");
    assertThat(file.body()).isEqualTo("hello");
    assertThat(file.header("Content-Disposition")).contains("a.txt");
    assertThat(standIn.get(base + refs + "/raw/out/a.txt?job=first").body()).isEqualTo("hello");
    assertThat(standIn.get(base + refs + "/download?job=first").status()).isEqualTo(200);
    assertThat(standIn.get(base + refs + "/download?job=nobody").status()).isEqualTo(404);
    assertThat(standIn.get(base + refs + "/download").status()).isEqualTo(400);
    assertThat(standIn.get(base + path + "/artifacts/out/b.txt").status()).isEqualTo(404);
    assertThat(standIn.get(base + path + "/artifacts/../../../gitlab.db").status()).isIn(400, 404);

    assertThat(get(path).path("artifacts_expire_at").isTextual()).isTrue();
    assertThat(post(path + "/artifacts/keep", null).json().path("artifacts_expire_at").isNull())
        .isTrue();
    assertThat(standIn.delete(base + path + "/artifacts").status()).isEqualTo(204);
    assertThat(standIn.get(base + path + "/artifacts").status()).isEqualTo(404);
    assertThat(post(path + "/artifacts/keep", null).status()).isEqualTo(404);
    assertThat(standIn.get(base + path + "/trace").body()).isEqualTo("log");
    StandIn.Answer erased = post(path + "/erase", null);
    assertThat(erased.status()).isEqualTo(201);
    assertThat(erased.json().path("erased_at").isTextual()).isTrue();
    assertThat(standIn.get(base + path + "/trace").body()).isEmpty();
    assertThat(post(path + "/erase", null).status()).isEqualTo(403);
  }

  @Test
  void reportsOfTestsAreRead() {
    JsonNode first = runner.next().orElseThrow();
    byte[] report =
        gzip(
            """
            <?xml version="1.0"?>
            <testsuites><testsuite name="s">
              <testcase classname="A" name="good" time="1.5"/>
              <testcase classname="A" name="bad" time="0.5" file="a.c">
                <failure message="not equal">at line 3</failure></testcase>
            </testsuite></testsuites>
            """,
            "<testsuite><testcase name='late'><skipped/></testcase>"
                + "<testcase name='broken'><error>oops</error></testcase></testsuite>");
    assertThat(runner.upload(first, "junit", "junit.xml.gz", report).status()).isEqualTo(201);
    runner.succeed(first, "");
    JsonNode second = runner.next().orElseThrow();
    byte[] bomb =
        gzip("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a><testcase name='&x;'/></a>");
    assertThat(runner.upload(second, "junit", "junit.xml.gz", bomb).status()).isEqualTo(201);
    long id = get("/pipelines").get(0).path("id").asLong();
    JsonNode seen = get("/pipelines/%d/test_report".formatted(id));
    assertThat(seen.path("total_count").asInt()).isEqualTo(4);
    assertThat(seen.path("failed_count").asInt()).isEqualTo(1);
    assertThat(seen.path("skipped_count").asInt()).isEqualTo(1);
    assertThat(seen.path("error_count").asInt()).isEqualTo(1);
    assertThat(seen.path("total_time").asDouble()).isEqualTo(2.0);
    JsonNode bad = seen.path("test_suites").get(0).path("test_cases").get(1);
    assertThat(bad.path("name").asText()).isEqualTo("bad");
    assertThat(bad.path("system_output").asText()).contains("not equal", "at line 3");
    assertThat(seen.path("test_suites").get(1).path("suite_error").asText()).contains("JUnit");
    assertThat(seen.toString()).doesNotContain("root:");
    JsonNode summary = get("/pipelines/%d/test_report_summary".formatted(id));
    assertThat(summary.path("total").path("count").asInt()).isEqualTo(4);
    Fixtures.ifThere(
        fixtures ->
            fixtures.hasKeysOf(
                "api-responses-gitlab4j/pipeline-test-report-summary.json", summary));
  }

  @Test
  void variablesOfAReportReachTheJobsBehind() {
    JsonNode first = runner.next().orElseThrow();
    assertThat(runner.upload(first, "dotenv", ".env.gz", gzip("not a variable")).status())
        .isEqualTo(400);
    assertThat(runner.upload(first, "dotenv", ".env.gz", gzip("A=" + "x".repeat(6000))).status())
        .isEqualTo(400);
    assertThat(runner.upload(first, "coverage", "c.gz", gzip("x")).status()).isEqualTo(400);
    assertThat(runner.upload(first, "dotenv", ".env.gz", gzip("A=1\nVERSION=\"2.0\"\n")).status())
        .isEqualTo(201);
    runner.succeed(first, "");
    JsonNode second = runner.next().orElseThrow();
    assertThat(RunnerClient.variable(second, "VERSION").path("value").asText()).isEqualTo("2.0");
    assertThat(second.path("dependencies")).isEmpty();
  }

  @Test
  void aPipelineIsDeletedWithAllThatItLeft() throws Exception {
    JsonNode first = runner.next().orElseThrow();
    runner.trace(first, 0, "log");
    long id = get("/pipelines").get(0).path("id").asLong();
    assertThat(standIn.call("DELETE", base + "/pipelines/" + id, null, StandIn.OTHER).status())
        .isEqualTo(404);
    assertThat(standIn.delete(base + "/pipelines/" + id).status()).isEqualTo(204);
    assertThat(standIn.get(base + "/pipelines/" + id).status()).isEqualTo(404);
    assertThat(get("/jobs")).isEmpty();
    assertThat(runner.trace(first, 3, "more").status()).isEqualTo(404);
    assertThat(git.run("ls-remote", standIn.gitUrl("hello", "x", StandIn.ROOT)))
        .doesNotContain("refs/pipelines/");
  }

  @Test
  void pushOptionsBringVariables() throws Exception {
    git.commit("a.txt", "one");
    push("-o", "ci.variable=A=b=c", "-o", "ci.variable=E=");
    long id = get("/pipelines").get(0).path("id").asLong();
    JsonNode variables = get("/pipelines/%d/variables".formatted(id));
    assertThat(variables).hasSize(2);
    assertThat(variables.get(0).path("value").asText()).isEqualTo("b=c");
  }
}

package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;

/** Whole jobs, from the hand-out to the final update. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class JobTest {

  @TempDir static Path dir;
  private static JobRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = new JobRig(dir, Map.of("NEWCI_LOG_LIMIT", "200000", "NEWCI_DISK_LIMIT", "50000000"));
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static String state(FakeGitLab.Job job) {
    return job.end().path("state").asText()
        + " "
        + job.end().path("failure_reason").asText()
        + " "
        + job.end().path("exit_code").asInt();
  }

  @Test
  void writesAFileAndUploadsIt() throws IOException {
    ObjectNode payload = rig.payload("mkdir out", "cat hello.txt > out/app.txt; chmod 750 out/*");
    JobRig.artifact(payload, "out/");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(state(job)).isEqualTo("success  0");
    assertThat(JobRig.unzip(job.upload))
        .containsOnlyKeys("out/", "out/app.txt")
        .containsEntry("out/app.txt", "hello from the repository\n");
    assertThat(job.uploadQuery).contains("artifact_format=zip").contains("expire_in=7d");
    assertThat(job.uploadType).contains("multipart/form-data").contains("chunked");
    assertThat(job.log())
        .contains("Checking out " + rig.commit.substring(0, 8) + " as detached HEAD")
        .contains("section_start:")
        .contains(":step_script\r\u001b[0K")
        .contains("\u001b[32;1m$ mkdir out\u001b[0;m")
        .contains("out/: found 2 matching artifact files and directories")
        .endsWith("\u001b[32;1mJob succeeded\u001b[0;m\n");
  }

  @Test
  void theEndCarriesChecksumAndSizeOfTheLog() {
    FakeGitLab.Job job = rig.run(rig.payload("seq 1 1000"));
    byte[] log = job.raw().getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(log);
    assertThat(job.end().path("checksum").asText())
        .isEqualTo("crc32:%08x".formatted(crc.getValue()))
        .isEqualTo(job.end().path("output").path("checksum").asText());
    assertThat(job.end().path("output").path("bytesize").asInt()).isEqualTo(log.length);
  }

  @Test
  void aFailingLineFailsTheJobWithItsCode() {
    FakeGitLab.Job job = rig.run(rig.payload("echo before", "exit 42", "echo after"));
    assertThat(state(job)).isEqualTo("failed script_failure 42");
    assertThat(job.log())
        .endsWith("\u001b[31;1mERROR: Job failed: exit code 42\u001b[0;m\n")
        .doesNotContain("$ echo after");
  }

  @Test
  void afterScriptRunsInAShellOfItsOwnAndChangesNothing() {
    ObjectNode payload = rig.payload("export A=1", "touch made", "false");
    JobRig.step(payload, "after_script", "ls made", "echo A=$A is $CI_JOB_STATUS", "exit 9");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(state(job)).isEqualTo("failed script_failure 1");
    assertThat(job.log())
        .contains("\nmade\n")
        .contains("A= is failed")
        .contains("after_script failed, but job will continue unaffected");
  }

  @Test
  void aJobThatTakesTooLongIsEndedWithAllItsChildren() throws IOException {
    ObjectNode payload =
        rig.payload(
            "setsid bash -c \"trap '' TERM; sleep 31415.9\" &",
            "(trap '' TERM HUP; nohup sleep 31415.8 &) ",
            "trap '' TERM; sleep 31415.7");
    ((ObjectNode) payload.get("runner_info")).put("timeout", 3);
    JobRig.step(payload, "after_script", "echo afterwards");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(state(job)).isEqualTo("failed job_execution_timeout 0");
    assertThat(job.log())
        .contains("afterwards")
        .endsWith("ERROR: Job failed: execution took longer than 3s seconds\u001b[0;m\n");
    assertThat(JobRig.shell(dir, "pgrep -f '[s]leep 31415' || true")).isEmpty();
  }

  @Test
  void whatIsLeftInTheBackgroundEndsWithTheJob() throws IOException {
    FakeGitLab.Job job = rig.run(rig.payload("setsid sleep 27182.8 > /dev/null 2>&1 &"));
    assertThat(state(job)).isEqualTo("success  0");
    assertThat(JobRig.shell(dir, "pgrep -f '[s]leep 27182' || true")).isEmpty();
  }

  @Test
  void aCanceledJobEndsSoonAndSaysNoMore() {
    ObjectNode payload = rig.payload("sleep 16180.3");
    JobRig.step(payload, "after_script", "echo afterwards");
    FakeGitLab.Job job = rig.offer(payload);
    await().until(() -> job.log().contains("sleep 16180.3"));
    job.status = "canceled";
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> JobRig.shell(dir, "pgrep -f '[s]leep 16180' || true").isEmpty());
    assertThat(job.end()).isNull();
    assertThat(job.log()).doesNotContain("afterwards");
  }

  @Test
  void aCancelingJobRunsItsAfterScriptAndReports() {
    ObjectNode payload = rig.payload("sleep 16180.4");
    JobRig.step(payload, "after_script", "echo afterwards $CI_JOB_STATUS");
    FakeGitLab.Job job = rig.offer(payload);
    await().until(() -> job.log().contains("sleep 16180.4"));
    job.status = "canceling";
    JobRig.ended(job, 20);
    assertThat(job.end().path("state").asText()).isEqualTo("failed");
    assertThat(job.log()).contains("afterwards").contains("ERROR: Job failed: canceled");
  }

  @Test
  void theLogComesWhileTheJobRuns() {
    FakeGitLab.Job job = rig.offer(rig.payload("echo early", "sleep 3", "echo late"));
    await().atMost(Duration.ofSeconds(20)).until(() -> job.log().contains("\nearly\n"));
    assertThat(job.log()).doesNotContain("\nlate\n");
    JobRig.ended(job, 20);
    assertThat(job.log()).contains("\nlate\n");
  }

  @Test
  void aLostPieceOfTheLogIsSentAgain() {
    FakeGitLab.Job job =
        rig.offer(rig.payload("for i in 1 2 3 4 5 6; do echo n$i; sleep 0.5; done"));
    await().until(() -> job.log().contains("n1"));
    rig.gitlab.loseNextPatch = true;
    JobRig.ended(job, 30);
    assertThat(job.log())
        .contains("n1\nn2\nn3\nn4\nn5\nn6\n")
        .endsWith("Job succeeded\u001b[0;m\n");
    assertThat(job.end().path("output").path("bytesize").asInt())
        .isEqualTo(job.raw().getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void theEndIsRepeatedUntilItIsTaken() {
    rig.gitlab.updateMoods.add(202);
    rig.gitlab.updateMoods.add(412);
    rig.gitlab.updateMoods.add(500);
    FakeGitLab.Job job = rig.run(rig.payload("echo persistent"));
    assertThat(job.updates.stream().filter(u -> u.path("state").asText().equals("success")))
        .hasSize(4);
    assertThat(job.log()).contains("persistent").endsWith("Job succeeded\u001b[0;m\n");
  }

  @Test
  void maskedValuesAndTokensNeverAppear() {
    ObjectNode payload =
        rig.payload(
            "echo $PASSWORD",
            "printf 'hunter'; sleep 0.3; echo 22secret",
            "echo $TOKEN",
            "echo free: $OPEN");
    JobRig.variable(payload, "PASSWORD", "hunter22secret").put("masked", true);
    JobRig.variable(payload, "TOKEN", "job-token-123");
    JobRig.variable(payload, "OPEN", "open");
    String log = rig.run(payload).log();
    assertThat(log).doesNotContain("hunter22secret").doesNotContain("job-token-123");
    assertThat(log).contains("free: open").containsPattern("\\[MASKED\\]\n");
  }

  @Test
  void aLogThatIsTooLongIsCut() {
    FakeGitLab.Job job = rig.run(rig.payload("head -c 3000000 /dev/zero | tr '\\0' x"));
    assertThat(job.log())
        .contains("Job's log exceeded limit of 200000 bytes.")
        .endsWith("Job succeeded\u001b[0;m\n");
    assertThat(job.log().length()).isLessThan(201_000);
  }

  @Test
  void artifactsFollowTheirWhen() throws IOException {
    ObjectNode failing = rig.payload("echo report > report.txt", "false");
    JobRig.artifact(failing, "report.txt").put("when", "on_failure");
    assertThat(JobRig.unzip(rig.run(failing).upload)).containsOnlyKeys("report.txt");
    ObjectNode good = rig.payload("echo report > report.txt");
    JobRig.artifact(good, "report.txt").put("when", "on_failure");
    assertThat(rig.run(good).upload).isEmpty();
    ObjectNode plain = rig.payload("echo report > report.txt", "false");
    JobRig.artifact(plain, "report.txt");
    assertThat(rig.run(plain).upload).isEmpty();
  }

  @Test
  void missingArtifactsAreNamedAndNoFailure() {
    ObjectNode payload = rig.payload("true");
    JobRig.artifact(payload, "nothing/*.bin");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(state(job)).isEqualTo("success  0");
    assertThat(job.log()).contains("WARNING: nothing/*.bin: no matching files.");
  }

  @Test
  void anUploadThatIsNotTakenFailsTheJob() {
    rig.gitlab.uploadMoods.add(413);
    ObjectNode payload = rig.payload("echo x > x");
    JobRig.artifact(payload, "x");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(state(job)).isEqualTo("failed script_failure 1");
    assertThat(job.log()).contains("the artifacts were not taken: 413");
  }

  @Test
  void hostileArtifactsTakeNothingFromTheMachine() throws IOException {
    ObjectNode payload =
        rig.payload(
            "mkdir out && cd out",
            "ln -s /etc/passwd passwd && ln -s / root && ln -s ../.. up",
            "mkfifo pipe && echo fine > fine && ln fine hard",
            "echo n > $'new\\nline' && echo d > ./-dash && echo s > 'sp ace'",
            "ln -s /etc ../etc");
    JobRig.artifact(payload, "out", "etc/passwd", "/etc/passwd", "../../../etc/passwd");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(JobRig.unzip(job.upload))
        .containsOnlyKeys(
            "out/", "out/fine", "out/hard", "out/new\nline", "out/-dash", "out/sp ace")
        .containsEntry("out/hard", "fine\n");
    assertThat(job.log()).contains("links or special files are left out");
    assertThat(state(job)).isEqualTo("success  0");
  }

  @Test
  void filesHaveASizeLimitAndSoHaveArtifacts() {
    ObjectNode one = rig.payload("head -c 60000000 /dev/zero > big");
    assertThat(rig.run(one).end().path("state").asText()).isEqualTo("failed");
    ObjectNode many = rig.payload("for i in 1 2; do head -c 40000000 /dev/zero > $i.bin; done");
    JobRig.artifact(many, "*.bin");
    FakeGitLab.Job job = rig.run(many);
    assertThat(job.log()).containsPattern("(artifacts|files) are larger than 50000000 bytes");
    assertThat(job.end().path("state").asText()).isEqualTo("failed");
  }

  @Test
  void artifactsOfEarlierJobsAreUnpackedBeforeTheScript() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("lib/code.txt"));
      out.write("from before".getBytes(StandardCharsets.UTF_8));
    }
    rig.gitlab.archives.put(9L, zip.toByteArray());
    ObjectNode payload = rig.payload("cat lib/code.txt; echo; id -un; test -O lib/code.txt");
    dependency(payload, 9);
    FakeGitLab.Job job = rig.run(payload);
    assertThat(job.log()).contains("from before\n").contains("\nci\n");
    assertThat(state(job)).isEqualTo("success  0");
  }

  @Test
  void missingOrHostileArchivesFailTheJob() throws IOException {
    ObjectNode missing = rig.payload("true");
    dependency(missing, 8);
    assertThat(state(rig.run(missing))).startsWith("failed");
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("../../../../etc/evil"));
    }
    rig.gitlab.archives.put(7L, zip.toByteArray());
    ObjectNode hostile = rig.payload("true");
    dependency(hostile, 7);
    FakeGitLab.Job job = rig.run(hostile);
    assertThat(state(job)).startsWith("failed");
    assertThat(job.log()).contains("etc/evil");
  }

  private static void dependency(ObjectNode payload, long id) {
    ArrayNode list = payload.putArray("dependencies");
    ObjectNode one = list.addObject().put("id", id).put("name", "before").put("token", "t-before");
    one.putObject("artifacts_file").put("filename", "a.zip").put("size", 100);
  }

  @Test
  void imagesAndServicesAreRefused() {
    ObjectNode image = rig.payload("echo never");
    image.putObject("image").put("name", "ruby:3.3");
    FakeGitLab.Job refused = rig.run(image);
    assertThat(state(refused)).startsWith("failed");
    assertThat(refused.log()).contains("ruby:3.3").doesNotContain("$ echo never");
    ObjectNode services = rig.payload("echo done");
    services.putArray("services").addObject().put("name", "postgres:16");
    FakeGitLab.Job without = rig.run(services);
    assertThat(without.log())
        .contains("it asks for the services 'postgres:16'")
        .doesNotContain("$ echo done");
    assertThat(state(without)).startsWith("failed script_failure");
  }

  @Test
  void theRepositoryIsReal() {
    assertThat(rig.log("git log --format=%s; git status --porcelain; git remote -v"))
        .contains("\ntwo\none\n")
        .contains("/git/shop.git (fetch)")
        .doesNotContain("gitlab-ci-token");
  }

  @Test
  void depthAndStrategyAreHeeded() {
    ObjectNode shallow = rig.payload("git log --format=%s");
    JobRig.variable(shallow, "GIT_DEPTH", "1");
    assertThat(rig.run(shallow).log()).contains("\ntwo\n").doesNotContain("\none\n");
    ObjectNode none = rig.payload("ls -A | wc -l");
    JobRig.variable(none, "GIT_STRATEGY", "none");
    assertThat(rig.run(none).log()).contains("\n0\n");
  }

  @Test
  void sourcesThatCannotBeFetchedAreAFailureOfTheSystem() {
    ObjectNode payload = rig.payload("true");
    ((ObjectNode) payload.get("git_info")).put("sha", "0".repeat(40));
    assertThat(state(rig.run(payload))).startsWith("failed runner_system_failure");
    ObjectNode file = rig.payload("true");
    ((ObjectNode) file.get("git_info")).put("repo_url", "file:///etc");
    assertThat(rig.run(file).log()).contains("expected http or https");
    ObjectNode option = rig.payload("true");
    ((ObjectNode) option.get("git_info")).putArray("refspecs").add("--upload-pack=touch /tmp/x");
    assertThat(rig.run(option).log()).contains("(system failure)");
  }

  @Test
  void aNewJobIsTakenAtOnceFromAServerThatHoldsTheQuestion() {
    await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
    long offered = System.nanoTime();
    FakeGitLab.Job job = rig.run(rig.payload("true"));
    assertThat((job.handedOut - offered) / 1_000_000).isLessThan(500);
  }
}

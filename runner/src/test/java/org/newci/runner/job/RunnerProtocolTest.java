package org.newci.runner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newci.neighbours.NeedsProgram;
import org.newci.neighbours.TcpLine;

/** What GitLab's runner does beyond script and archive, and how it bears a server's moods. */
@NeedsProgram({"bwrap", "slirp4netns", "ip", "git"})
class RunnerProtocolTest {

  @TempDir static Path dir;
  private static JobRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig = new JobRig(dir, Map.of());
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  private static ObjectNode report(
      ObjectNode job, String type, String format, String name, String... paths) {
    return JobRig.artifact(job, paths)
        .put("artifact_type", type)
        .put("artifact_format", format)
        .put("when", "always")
        .put("name", name);
  }

  private static String gunzip(byte[] zipped) throws IOException {
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes(),
        StandardCharsets.UTF_8);
  }

  @Test
  void everyLineHasItsTimeUnlessTheJobWantsNone() {
    ObjectNode payload =
        rig.payload("echo one", "printf two; sleep 0.2; echo .", "printf 'a\\rb\\n'");
    String time = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z ";
    FakeGitLab.Job job = rig.run(payload);
    // A carriage return is no end of a line here.
    assertThat(List.of(job.raw().split("\n", -1)).stream().filter(line -> !line.isEmpty()))
        .allMatch(line -> line.replaceAll("(?s)\r.*", "").matches(time + "0[01]O[ +].*"));
    assertThat(job.raw()).containsPattern("01O one\n").containsPattern("01O two\\.\n");
    JobRig.variable(payload.put("id", 9901), "FF_TIMESTAMPS", "false");
    assertThat(rig.run(payload).raw()).doesNotContainPattern(time).contains("\none\n");
  }

  @Test
  void reportsGoUpInTheirOwnForm() throws IOException {
    ObjectNode payload =
        rig.payload("echo '<a/>' > a.xml; echo '<b/>' > b.xml; echo A=1 > build.env", "false");
    report(payload, "junit", "gzip", "junit.xml", "*.xml");
    report(payload, "dotenv", "gzip", "", "build.env");
    report(payload, "metrics", "raw", "m.txt", "build.env");
    report(payload, "odd", "tar", "m.txt", "build.env");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(gunzip(job.uploads.get("junit"))).isEqualTo("<a/>\n<b/>\n");
    assertThat(gunzip(job.uploads.get("dotenv"))).isEqualTo("A=1\n");
    assertThat(job.uploads.get("metrics")).asString().isEqualTo("A=1\n");
    assertThat(job.log())
        .contains("Uploading artifacts as \"junit\" to coordinator... 201 Created")
        .contains("artifacts of type odd: the format tar is not known");
  }

  @Test
  void untrackedFilesAndExclusions() throws IOException {
    ObjectNode payload =
        rig.payload("mkdir -p out; echo 1 > out/1.o; echo 2 > out/2.txt; ln -s /etc/passwd out/l");
    ObjectNode artifact = JobRig.artifact(payload).put("untracked", true);
    artifact.putArray("exclude").add("**/*.o");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(JobRig.unzip(job.upload)).containsOnlyKeys("out/2.txt");
    assertThat(job.log()).contains("untracked: found 1 files");
  }

  @Test
  void anUploadFollowsToWhereItIsSent() throws IOException {
    rig.gitlab.uploadMoods.add(307);
    ObjectNode payload = rig.payload("echo x > x");
    JobRig.artifact(payload, "x");
    FakeGitLab.Job job = rig.run(payload);
    assertThat(job.uploadQuery).contains("moved=yes");
    assertThat(JobRig.unzip(job.upload)).containsEntry("x", "x\n");
  }

  @Test
  void aDownloadFollowsAndKeepsItsTokenToItself() throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(zip)) {
      out.putNextEntry(new ZipEntry("far.txt"));
      out.write("from far".getBytes(StandardCharsets.UTF_8));
    }
    List<String> tokens = new CopyOnWriteArrayList<>();
    HttpServer store =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    store.createContext(
        "/",
        exchange -> {
          tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("JOB-TOKEN")));
          exchange.sendResponseHeaders(200, zip.size());
          exchange.getResponseBody().write(zip.toByteArray());
          exchange.close();
        });
    store.start();
    try {
      rig.gitlab.elsewhere.put(
          31L, "http://localhost:" + store.getAddress().getPort() + "/bucket?sig=1");
      ObjectNode payload = rig.payload("cat far.txt; echo");
      ObjectNode one = payload.putArray("dependencies").addObject();
      one.put("id", 31).put("name", "before").put("token", "t-before");
      one.putObject("artifacts_file").put("filename", "a.zip").put("size", 100);
      assertThat(rig.run(payload).log()).contains("\nfrom far\n");
      assertThat(tokens).containsExactly("null");
      assertThat(rig.gitlab.downloads)
          .contains("t-before /api/v4/jobs/31/artifacts?direct_download=true");
    } finally {
      store.stop(0);
    }
  }

  @Test
  void aBusyServerIsLeftAloneAsLongAsItAsks() {
    rig.gitlab.patchMoods.addAll(List.of(429, 503));
    FakeGitLab.Job job = rig.run(rig.payload("for i in 1 2 3; do echo n$i; sleep 0.5; done"));
    assertThat(job.log()).contains("n1\nn2\nn3\n").endsWith("Job succeeded\u001b[0;m\n");
    rig.gitlab.requestMoods.addAll(List.of(429));
    rig.gitlab.forgetQuestions();
    assertThat(rig.log("echo again")).contains("\nagain\n");
  }

  @Test
  void tokensAreHiddenByTheirPrefixes() {
    ObjectNode payload =
        rig.payload("printf 'glp'; sleep 0.2; echo at-abc.DEF_1=- end", "echo my-prefix-0123456");
    ((ObjectNode) payload.get("features")).putArray("token_mask_prefixes").add("my-prefix-");
    assertThat(rig.run(payload).log())
        .contains("glpat-[MASKED] end\n")
        .contains("my-prefix-[MASKED]\n")
        .doesNotContain("0123456");
  }

  @Test
  void hooksRunAroundTheSources() {
    ObjectNode payload = rig.payload("echo script");
    ArrayNode hooks = payload.putArray("hooks");
    hook(hooks, "pre_get_sources_script", "echo before $(ls | wc -l)");
    hook(hooks, "post_get_sources_script", "echo after $(cat hello.txt)");
    String log = rig.run(payload).log();
    assertThat(log).containsSubsequence("before 0", "Checking out", "after hello", "\nscript\n");
    hook(hooks, "post_get_sources_script", "exit 7");
    FakeGitLab.Job failed = rig.run(payload.put("id", 9902));
    assertThat(failed.end().path("exit_code").asInt()).isEqualTo(7);
    assertThat(failed.log()).doesNotContain("$ echo script");
  }

  private static void hook(ArrayNode hooks, String name, String line) {
    hooks.addObject().put("name", name).putArray("script").add(line);
  }

  @Test
  void aCancelingJobTellsItsAfterScriptSo() {
    ObjectNode payload = rig.payload("sleep 16180.5");
    JobRig.step(payload, "after_script", "echo it is $CI_JOB_STATUS");
    FakeGitLab.Job job = rig.offer(payload);
    await().until(() -> job.log().contains("sleep 16180.5"));
    job.status = "canceling";
    assertThat(JobRig.ended(job, 20).log()).contains("\nit is canceled\n");
  }

  @Test
  void afterScriptHasItsOwnLimitAndMayCount() {
    ObjectNode slow = rig.payload("true");
    JobRig.step(slow, "after_script", "sleep 30; echo never");
    JobRig.variable(slow, "RUNNER_AFTER_SCRIPT_TIMEOUT", "1s");
    assertThat(rig.run(slow).log()).contains("after_script did not end by itself");
    ObjectNode strict = rig.payload("true");
    JobRig.step(strict, "after_script", "exit 4");
    JobRig.variable(strict, "AFTER_SCRIPT_IGNORE_ERRORS", "false");
    assertThat(rig.run(strict).end().path("exit_code").asInt()).isEqualTo(4);
  }

  @Test
  void aLineThatIsCutOnceCostsNoJob() {
    try (TcpLine line = TcpLine.to(URI.create(rig.gitlab.url()).getPort())) {
      ObjectNode payload = rig.payload("echo fetched it");
      ObjectNode git = (ObjectNode) payload.get("git_info");
      URI direct = URI.create(git.get("repo_url").asText());
      git.put("repo_url", direct.toString().replace(":" + direct.getPort(), ":" + line.port()));
      line.cutAfter(100);
      FakeGitLab.Job job = rig.run(payload);
      assertThat(job.log()).contains("trying again", "\nfetched it\n");
      line.cutAfter(100);
      JobRig.variable(payload, "GET_SOURCES_ATTEMPTS", "1");
      assertThat(rig.run(payload.put("id", 9905)).end().path("failure_reason").asText())
          .isEqualTo("runner_system_failure");
    }
  }

  @Test
  void submodulesOfTheSameGitLabAreFetched() throws IOException {
    Path repositories = dir.resolve("repositories");
    String git =
        "git -c user.name=t -c user.email=t@example.com -c init.defaultBranch=master"
            + " -c protocol.file.allow=always ";
    JobRig.shell(
        repositories,
        ("for r in deep lib top; do G init -q $r; done; cd deep; echo deep > d; G add -A; G commit -qm d;"
                + " cd ../lib; echo lib > l; G submodule --quiet add ../deep deep;"
                + " G config -f .gitmodules submodule.deep.url ../deep.git; G add -A; G commit -qm l;"
                + " cd ../top; G submodule --quiet add ../lib ext/lib;"
                + " G config -f .gitmodules submodule.ext/lib.url ../lib.git;"
                + " echo '*.bin filter=lfs' > .gitattributes; G add -A; G commit -qm t; cd ..;"
                + " for r in deep lib top; do G clone -q --bare $r $r.git; done")
            .replace("G ", git));
    ObjectNode payload =
        rig.payload("cat ext/lib/l; cat ext/lib/deep/d; git submodule status --recursive");
    String top = JobRig.shell(repositories.resolve("top"), "git rev-parse HEAD").strip();
    ObjectNode info = (ObjectNode) payload.get("git_info");
    info.put("repo_url", info.get("repo_url").asText().replace("shop.git", "top.git"));
    info.put("sha", top).putArray("refspecs").add("+refs/heads/master:refs/remotes/origin/master");
    JobRig.variable(payload, "GIT_SUBMODULE_STRATEGY", "recursive");
    String log = rig.run(payload).log();
    assertThat(log)
        .contains("\nlib\ndeep\n")
        .contains(" ext/lib (")
        .contains("files of Git LFS (.gitattributes) stay pointers");

    JobRig.shell(
        repositories,
        ("cd top; G config -f .gitmodules submodule.ext/lib.url https://example.com/lib.git;"
                + " G commit -qam away; G push -q ../top.git HEAD:master")
            .replace("G ", git));
    info.put("sha", JobRig.shell(repositories.resolve("top"), "git rev-parse HEAD").strip());
    assertThat(rig.run(payload.put("id", 9903)).log())
        .contains(
            "is at 'https://example.com/lib.git', and this runner fetches submodules only from");

    // Unless variables say where its commit lies here.
    JobRig.variable(payload, "GIT_CONFIG_COUNT", "1");
    JobRig.variable(payload, "GIT_CONFIG_KEY_0", "submodule.ext/lib.url");
    String away = info.get("repo_url").asText();
    JobRig.variable(payload, "GIT_CONFIG_VALUE_0", away.replace("top.git", "lib.git"));
    JobRig.variable(payload, "GIT_SUBMODULE_STRATEGY", "normal");
    assertThat(rig.run(payload.put("id", 9904)).log()).contains("\nlib\n");
  }
}

package org.newci.runner.job;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.newci.runner.RunnerService;
import org.newci.shell.json.Json;

/** A running runner, a GitLab that gives it jobs, and a repository with one commit. */
final class JobRig implements AutoCloseable {

  private static final AtomicLong IDS = new AtomicLong(100);

  final Path dir;
  final FakeGitLab gitlab;
  final String commit;
  private final Map<String, String> env = new HashMap<>();
  private RunnerService runner;

  JobRig(Path dir, Map<String, String> settings) throws IOException {
    this.dir = dir;
    Path repositories = Files.createDirectories(dir.resolve("repositories"));
    this.commit = makeRepository(repositories);
    this.gitlab = new FakeGitLab(repositories);
    Path home = dir.resolve("runner");
    Files.createDirectories(home.resolve("secrets"));
    Files.writeString(home.resolve("secrets/runner.token"), FakeGitLab.TOKEN + "\n");
    env.put("NEWCI_HOME", home.toString());
    env.put("NEWCI_GITLAB_URL", gitlab.url());
    env.put("NEWCI_CONCURRENT", "4");
    env.putAll(settings);
    this.runner = RunnerService.start(env);
  }

  private static String makeRepository(Path repositories) throws IOException {
    Path work = Files.createDirectories(repositories.resolve("work"));
    Files.writeString(work.resolve("hello.txt"), "hello from the repository\n");
    Files.createSymbolicLink(work.resolve("link-to-passwd"), Path.of("/etc/passwd"));
    String git = "git -c user.name=t -c user.email=t@example.com -c init.defaultBranch=master ";
    shell(
        work,
        git
            + "init -q && git add -A && "
            + git
            + "commit -q -m one && echo two > second.txt && git add -A && "
            + git
            + "commit -q -m two && git update-ref refs/pipelines/7 HEAD"
            + " && git clone -q --mirror . ../shop.git");
    return shell(work, "git rev-parse HEAD").strip();
  }

  static String shell(Path dir, String command) throws IOException {
    Process process =
        new ProcessBuilder("bash", "-c", command)
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return output;
  }

  /** A job with those lines, as GitLab describes it. */
  ObjectNode payload(String... script) {
    ObjectNode job = Json.lenient().createObjectNode();
    job.put("id", IDS.incrementAndGet());
    job.put("token", "job-token-123");
    job.putObject("job_info").put("name", "make").put("project_id", 5);
    ObjectNode git = job.putObject("git_info");
    git.put(
        "repo_url",
        gitlab.url().replace("://", "://gitlab-ci-token:job-token-123@") + "/git/shop.git");
    git.put("ref", "master").put("sha", commit).put("ref_type", "branch").put("depth", 20);
    git.putArray("refspecs")
        .add("+refs/pipelines/7:refs/pipelines/7")
        .add("+refs/heads/master:refs/remotes/origin/master");
    job.putObject("runner_info").put("timeout", 60);
    job.putArray("variables");
    variable(job, "CI_PROJECT_PATH", "team/shop");
    step(job, "script", script);
    job.putObject("features").put("trace_sections", true);
    return job;
  }

  static ObjectNode variable(ObjectNode job, String key, String value) {
    return ((ArrayNode) job.get("variables")).addObject().put("key", key).put("value", value);
  }

  static void step(ObjectNode job, String name, String... lines) {
    ArrayNode steps = job.has("steps") ? (ArrayNode) job.get("steps") : job.putArray("steps");
    ObjectNode step = steps.addObject().put("name", name);
    ArrayNode script = step.putArray("script");
    List.of(lines).forEach(script::add);
  }

  static ObjectNode artifact(ObjectNode job, String... paths) {
    ArrayNode all =
        job.has("artifacts") ? (ArrayNode) job.get("artifacts") : job.putArray("artifacts");
    ObjectNode artifact = all.addObject().put("name", "things").put("expire_in", "7d");
    ArrayNode list = artifact.putArray("paths");
    List.of(paths).forEach(list::add);
    return artifact;
  }

  /** Offers it without waiting. */
  FakeGitLab.Job offer(ObjectNode job) {
    return gitlab.offer(job.get("id").asLong(), Json.write(job));
  }

  /** Runs it to its end. */
  FakeGitLab.Job run(ObjectNode job) {
    return ended(offer(job), 300);
  }

  static FakeGitLab.Job ended(FakeGitLab.Job job, int seconds) {
    await()
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofSeconds(seconds))
        .until(() -> job.ended != 0);
    return job;
  }

  /** Runs lines and answers the log. */
  String log(String... script) {
    return run(payload(script)).log();
  }

  /** Path to content; folders have empty content. */
  static Map<String, String> unzip(byte[] zip) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry e = in.getNextEntry(); e != null; e = in.getNextEntry()) {
        files.put(e.getName(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }

  Map<String, String> env() {
    return Map.copyOf(env);
  }

  /** Stops the runner as SIGTERM does. */
  void stopRunner() {
    if (runner != null) {
      runner.close();
      runner = null;
      gitlab.forgetQuestions();
    }
  }

  void startRunner() {
    runner = RunnerService.start(env);
  }

  @Override
  public void close() {
    stopRunner();
    gitlab.close();
  }
}

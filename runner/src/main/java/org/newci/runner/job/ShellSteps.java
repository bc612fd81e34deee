package org.newci.runner.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.sandbox.Network;
import org.newci.runner.sandbox.Running;
import org.newci.runner.sandbox.SandboxFailure;
import org.newci.runner.script.GoDuration;
import org.newci.runner.script.JobScript;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a job whose lines its author wrote: hooks, script and after_script. */
final class ShellSteps {

  private static final Logger LOG = LoggerFactory.getLogger(ShellSteps.class);

  /**
   * gitlab-runner's limit for after_script, unless RUNNER_AFTER_SCRIPT_TIMEOUT says less or more.
   */
  private static final Duration AFTER_SCRIPT = Duration.ofMinutes(5);

  private final JobRun.Place place;
  private final JobPayload job;
  private final JobStage stage;
  private final Network network;

  ShellSteps(JobRun.Place place, JobPayload job, JobStage stage, Network network) {
    this.place = place;
    this.job = job;
    this.stage = stage;
    this.network = network;
  }

  /** A shell that waits for its lines. */
  record Prepared(Running running, Path script) {}

  /** Makes ready a sandbox for lines that come later; its network is made meanwhile. */
  Prepared prepare(String name) throws IOException, SandboxFailure {
    Path script = stage.workspace().exchange().resolve(name);
    Files.writeString(script, "");
    place.workspaces().give(script, stage.workspace().slot());
    return new Prepared(place.sandbox().shell(stage.workspace(), script, network), script);
  }

  /** Runs lines in a prepared shell to their end. */
  Outcome run(Prepared shell, String status, List<String> lines)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    stage.stop().check();
    long before = place.sandbox().outOfMemory(stage.workspace().slot());
    Files.writeString(shell.script(), JobScript.of(stage.variables(), status, lines));
    shell.running().go();
    byte[] buffer = new byte[32 * 1024];
    try (InputStream out = shell.running().output()) {
      for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
        stage.log().output(buffer, n);
      }
    }
    int code = shell.running().await();
    long ended = place.sandbox().outOfMemory(stage.workspace().slot()) - before;
    if (ended > 0) {
      stage
          .log()
          .error(
              "ERROR: %d of the job's processes were ended: it used all of its %d bytes of memory"
                  .formatted(ended, place.settings().memoryLimit()));
    }
    return code == 0 ? Outcome.succeeded() : Outcome.scriptFailed(code);
  }

  /** Runs the lines of a hook in a shell of their own; nothing when the job has no such hook. */
  Outcome hook(String name)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    List<String> lines = job.hook(name);
    if (lines.isEmpty()) {
      return Outcome.succeeded();
    }
    stage.log().important("Executing hook %s...".formatted(name));
    Prepared shell = prepare(name);
    return stage.with(shell.running(), () -> run(shell, "running", lines));
  }

  /** Runs after_script in a shell of its own; answers what became of the job. */
  Outcome afterScript(Outcome outcome)
      throws IOException, InterruptedException, StopSwitch.Stopped, SandboxFailure {
    List<String> lines = job.script("after_script");
    if (lines.isEmpty()) {
      return outcome;
    }
    boolean ignoreErrors = !stage.variables().get("AFTER_SCRIPT_IGNORE_ERRORS").equals("false");
    Prepared shell = prepare("after-script");
    Duration most =
        GoDuration.of(stage.variables().get("RUNNER_AFTER_SCRIPT_TIMEOUT"), AFTER_SCRIPT);
    ScheduledFuture<?> limit =
        place.timer().schedule(shell.running()::kill, most.toMillis(), TimeUnit.MILLISECONDS);
    try (JobLog.Section _ = stage.log().scriptSection("after_script")) {
      Outcome after = stage.with(shell.running(), () -> run(shell, outcome.jobStatus(), lines));
      if (!after.success() && !ignoreErrors && outcome.success()) {
        return after;
      }
      if (!after.success()) {
        stage
            .log()
            .warn(
                "WARNING: after_script failed, but job will continue unaffected: exit code "
                    + after.exitCode());
      }
    } catch (SandboxFailure e) {
      stage
          .log()
          .warn("WARNING: after_script did not end by itself, but job will continue unaffected");
      LOG.warn("Job {}: after_script: {}", job.id(), e.getMessage());
    } finally {
      limit.cancel(false);
    }
    return outcome;
  }
}

package org.newci.runner.job;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.newci.runner.cache.CacheStore;
import org.newci.runner.gitlab.JobPayload;
import org.newci.runner.gitlab.JobVariable;
import org.newci.runner.gitlab.RunnerApi;
import org.newci.runner.gitlab.RunnerInfoBody;
import org.newci.runner.gitlab.Trace;
import org.newci.runner.gitlab.TraceShipper;
import org.newci.runner.sandbox.Network;
import org.newci.runner.sandbox.Sandbox;
import org.newci.runner.sandbox.SandboxFailure;
import org.newci.runner.sandbox.Slot;
import org.newci.runner.sandbox.Workspace;
import org.newci.runner.sandbox.Workspaces;
import org.newci.runner.script.Variables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job from hand-out to final update, in gitlab-runner's order. */
public final class JobRun {

  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

  private static final long MOST_FILES = 1_000_000;
  private static final Duration PATIENCE = Duration.ofHours(1);
  private static final Duration PATIENCE_AT_SHUTDOWN = Duration.ofSeconds(3);

  private final Place place;
  private final JobPayload job;
  private final Slot slot;
  private final StopSwitch stop = new StopSwitch();
  private final JobLog log;
  private final Trace trace;
  private volatile boolean shuttingDown;

  /** What all jobs of a runner share; the timer is for time limits. */
  public record Place(
      RunnerApi api,
      Sandbox sandbox,
      Workspaces workspaces,
      JobSettings settings,
      CacheStore caches,
      ScheduledExecutorService timer) {}

  public JobRun(Place place, JobPayload job, Slot slot) {
    this.place = place;
    this.job = job;
    this.slot = slot;
    this.trace = new Trace(rules(place.settings(), job));
    boolean sections = job.features() != null && job.features().traceSections();
    this.log = new JobLog(trace, place.settings().clock(), sections);
  }

  /** Ends it because the runner is being stopped; {@link #run} then returns within seconds. */
  public void shutDown() {
    shuttingDown = true;
    stop.stop(StopSwitch.Why.SHUTDOWN);
  }

  /** Does all of it; never throws. */
  public void run() throws InterruptedException {
    TraceShipper shipper = new TraceShipper(place.api(), job, trace, this::unwanted);
    Thread shipping = Thread.ofPlatform().daemon().name("log-" + job.id()).start(shipper);
    long began = System.nanoTime();
    Outcome outcome = outcome();
    long ended = System.nanoTime();
    trace.end(outcome.lastLine());
    shipping.join();
    shipper.finish(
        outcome.success() ? "success" : "failed",
        outcome.failureReason(),
        outcome.exitCode(),
        shuttingDown ? PATIENCE_AT_SHUTDOWN : PATIENCE);
    LOG.info(
        "Job {} {}: {} ms ({}) and {} ms for its last words.",
        job.id(),
        outcome.success() ? "succeeded" : "ended as " + outcome.failureReason(),
        (ended - began) / 1_000_000,
        log.times(),
        (System.nanoTime() - ended) / 1_000_000);
  }

  private void unwanted(String why) {
    stop.stop(why.equals("canceling") ? StopSwitch.Why.CANCELING : StopSwitch.Why.CANCELED);
  }

  private Outcome outcome() {
    ScheduledFuture<?> limit =
        place
            .timer()
            .schedule(
                () -> stop.stop(StopSwitch.Why.TIMEOUT), job.timeoutSeconds(), TimeUnit.SECONDS);
    Workspace workspace = null;
    try {
      workspace = place.workspaces().create(slot, job.id());
      try (DiskWatch _ =
          new DiskWatch(
              workspace.dir(),
              place.settings().diskLimit(),
              MOST_FILES,
              sentence -> {
                log.error("ERROR: the job uses too much disk: " + sentence);
                stop.stop(StopSwitch.Why.DISK);
              })) {
        return inWorkspace(workspace);
      }
    } catch (StopSwitch.Stopped e) {
      return stopped(e.why());
    } catch (SandboxFailure | IOException e) {
      return Outcome.systemFailure(sentence(e, workspace));
    } catch (Network.TooMuch e) {
      return Outcome.refused(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return stopped(StopSwitch.Why.SHUTDOWN);
    } catch (RuntimeException e) {
      LOG.error("Job {}: a fault of the runner.", job.id(), e);
      return Outcome.systemFailure("a fault of the runner; its log says more");
    } finally {
      limit.cancel(false);
    }
  }

  /** Ends what is left of the job and removes its files; to be called after {@link #run}. */
  public void cleanUp() {
    place.sandbox().killAll(slot);
    place
        .workspaces()
        .remove(
            new Workspace(
                place
                    .workspaces()
                    .root()
                    .resolve("slot-%d-job-%d".formatted(slot.number(), job.id())),
                slot));
  }

  /** The runner's folders are no business of who reads the log. */
  private static String sentence(
      Exception e, @org.jspecify.annotations.Nullable Workspace workspace) {
    String text = String.valueOf(e.getMessage());
    return workspace == null ? text : text.replace(workspace.dir().toString(), "");
  }

  private Outcome stopped(StopSwitch.Why why) {
    return switch (why) {
      case TIMEOUT -> Outcome.timedOut(job.timeoutSeconds());
      case CANCELING, CANCELED -> Outcome.canceled();
      case DISK -> Outcome.refused("it used more disk than a job may");
      case SHUTDOWN -> Outcome.systemFailure("the runner is being stopped");
    };
  }

  private Outcome inWorkspace(Workspace workspace)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    log.line("Running with %s %s".formatted(RunnerInfoBody.NAME, RunnerInfoBody.VERSION));
    try (JobLog.Section _ =
        log.section(
            "prepare_executor",
            "Preparing the \"%s\" executor".formatted(place.sandbox().name()))) {
      String refusal = Unsupported.check(job, place.settings().ignoreImage(), log);
      if (!refusal.isEmpty()) {
        return Outcome.refused(refusal);
      }
    }
    Variables variables = variables(workspace);
    if (!variables.refused().isEmpty()) {
      log.warn("WARNING: not names of shell variables: " + String.join(", ", variables.refused()));
    }
    JobStage stage =
        new JobStage(place.sandbox(), workspace, projectFolder(), variables, log, stop);
    Artifacts artifacts = new Artifacts(place.api(), job, stage, place.settings().diskLimit());
    Caches caches = new Caches(place.caches(), job, stage);
    Outcome outcome = scripts(stage, artifacts, caches);
    if (caches.wanted(outcome.success())) {
      String when = outcome.success() ? "archive_cache" : "archive_cache_on_failure";
      try (JobLog.Section _ =
          log.section(
              when,
              "Saving cache for %s job".formatted(outcome.success() ? "successful" : "failed"))) {
        caches.archive(outcome.success());
      }
    }
    return uploaded(artifacts, outcome);
  }

  private Outcome scripts(JobStage stage, Artifacts artifacts, Caches caches)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    ShellSteps steps =
        new ShellSteps(
            place,
            job,
            stage,
            place.settings().network().narrowedTo(stage.variables().get("NEWCI_NETWORK")));
    Outcome outcome;
    // Its network is made while the sources come.
    ShellSteps.Prepared shell = steps.prepare("script");
    try {
      outcome =
          stage.with(shell.running(), () -> upToScript(stage, artifacts, caches, steps, shell));
    } catch (StopSwitch.Stopped e) {
      if (!e.why().leavesLastSteps()) {
        throw e;
      }
      outcome = stopped(e.why());
      place.sandbox().killAll(slot);
      stop.allowLastSteps();
    }
    return steps.afterScript(outcome);
  }

  private Outcome upToScript(
      JobStage stage,
      Artifacts artifacts,
      Caches caches,
      ShellSteps steps,
      ShellSteps.Prepared shell)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Outcome hooks = sources(stage, steps);
    if (!hooks.success()) {
      return hooks;
    }
    if (!job.cache().isEmpty()) {
      try (JobLog.Section _ = log.section("restore_cache", "Restoring cache")) {
        caches.restore();
      }
    }
    if (!job.dependencies().isEmpty()) {
      try (JobLog.Section _ = log.section("download_artifacts", "Downloading artifacts")) {
        artifacts.download();
      }
    }
    try (JobLog.Section _ = log.scriptSection("step_script")) {
      return steps.run(shell, "running", job.script("script"));
    }
  }

  private Outcome sources(JobStage stage, ShellSteps steps)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    String strategy = stage.variables().get("GIT_STRATEGY");
    try (JobLog.Section _ = log.section("get_sources", "Getting source from Git repository")) {
      place.workspaces().makeFolders(stage.workspace(), stage.project());
      Outcome before = steps.hook("pre_get_sources_script");
      if (!before.success()) {
        return before;
      }
      if (strategy.equals("none") || strategy.equals("empty") || job.gitInfo() == null) {
        log.important("Skipping Git repository setup");
      } else {
        new Sources(stage, job.gitInfo(), place.settings().ca(), place.workspaces()).get();
      }
      return steps.hook("post_get_sources_script");
    }
  }

  private Outcome uploaded(Artifacts artifacts, Outcome outcome)
      throws InterruptedException, SandboxFailure, StopSwitch.Stopped {
    if (!artifacts.wanted(outcome.success())) {
      return outcome;
    }
    String name = outcome.success() ? "upload_artifacts_on_success" : "upload_artifacts_on_failure";
    String title =
        outcome.success()
            ? "Uploading artifacts for successful job"
            : "Uploading artifacts for failed job";
    try (JobLog.Section _ = log.section(name, title)) {
      artifacts.upload(outcome.success());
      return outcome;
    } catch (IOException e) {
      log.error("ERROR: " + e.getMessage());
      return outcome.success() ? Outcome.scriptFailed(1) : outcome;
    }
  }

  private Variables variables(Workspace workspace) {
    String builds = place.sandbox().builds(workspace);
    List<JobVariable> all = new ArrayList<>();
    all.add(JobVariable.plain("CI", "true"));
    all.add(JobVariable.plain("GITLAB_CI", "true"));
    all.addAll(job.variables());
    all.add(JobVariable.plain("CI_BUILDS_DIR", builds));
    all.add(JobVariable.plain("CI_PROJECT_DIR", builds + "/" + projectFolder()));
    all.add(JobVariable.plain("CI_CONCURRENT_ID", Integer.toString(slot.number())));
    all.add(JobVariable.plain("CI_CONCURRENT_PROJECT_ID", Integer.toString(slot.number())));
    all.add(JobVariable.plain("CI_SERVER", "yes"));
    all.add(JobVariable.plain("CI_DISPOSABLE_ENVIRONMENT", "true"));
    all.add(JobVariable.plain("CI_RUNNER_VERSION", RunnerInfoBody.VERSION));
    return new Variables(all, place.sandbox().files(workspace));
  }

  private String projectFolder() {
    String path =
        job.variables().stream()
            .filter(variable -> variable.key().equals("CI_PROJECT_PATH"))
            .map(JobVariable::value)
            .reduce("", (first, last) -> last);
    boolean plain = path.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*");
    return plain ? path : "project";
  }

  private static Trace.Rules rules(JobSettings settings, JobPayload job) {
    Stream<String> masked =
        job.variables().stream().filter(JobVariable::masked).map(JobVariable::value);
    Stream<String> tokens =
        Stream.concat(
            Stream.of(job.token().reveal()),
            job.dependencies().stream().map(dependency -> dependency.token().reveal()));
    List<String> prefixes = new ArrayList<>(List.of("glpat-"));
    if (job.features() != null) {
      prefixes.addAll(job.features().tokenMaskPrefixes());
    }
    boolean times =
        job.variables().stream()
            .filter(variable -> variable.key().equals("FF_TIMESTAMPS"))
            .noneMatch(variable -> variable.value().matches("false|0|no"));
    return new Trace.Rules(
        settings.logLimit(),
        Stream.concat(masked, tokens).filter(value -> !value.isEmpty()).toList(),
        prefixes,
        times ? settings.clock() : null);
  }
}

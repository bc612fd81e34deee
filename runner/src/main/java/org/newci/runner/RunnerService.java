package org.newci.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.newci.runner.cache.CacheStore;
import org.newci.runner.gitlab.RunnerApi;
import org.newci.runner.job.JobRun;
import org.newci.runner.job.JobSettings;
import org.newci.runner.sandbox.Bubblewrap;
import org.newci.runner.sandbox.Limits;
import org.newci.runner.sandbox.Sandbox;
import org.newci.runner.sandbox.SandboxProbe;
import org.newci.runner.sandbox.Slot;
import org.newci.runner.sandbox.SlotUids;
import org.newci.runner.sandbox.Spawner;
import org.newci.runner.sandbox.Unprotected;
import org.newci.runner.sandbox.Workspaces;
import org.newci.shell.peer.TrustedCa;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runner, put together by hand. */
public final class RunnerService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RunnerService.class);
  private static final Duration LAST_WORDS = Duration.ofSeconds(8);

  private final Deque<Runnable> undo = new ArrayDeque<>();

  private volatile Duration stopLimit = Duration.ZERO;
  private volatile Runnable hurry = () -> {};
  private Runnable takeJobs = () -> {};

  private RunnerService() {}

  /** Starts it with those settings; throws IllegalArgumentException with a sentence. */
  public static RunnerService start(Map<String, String> env) {
    RunnerService service = prepare(env);
    service.takeJobs();
    return service;
  }

  /**
   * Makes everything ready, and tries the sandbox, without asking GitLab for anything: it may still
   * be starting. Throws IllegalArgumentException with a sentence.
   */
  public static RunnerService prepare(Map<String, String> env) {
    RunnerConfig config = RunnerConfig.from(env);
    RunnerService service = new RunnerService();
    try {
      service.begin(config);
      return service;
    } catch (RuntimeException e) {
      service.close();
      throw e;
    }
  }

  /** Begins to ask GitLab for jobs. */
  public void takeJobs() {
    takeJobs.run();
  }

  private void begin(RunnerConfig config) {
    if (config.sandboxed()) {
      Bubblewrap.needPrograms();
    }
    if (config.tags() != null) {
      LOG.info(
          "NEWCI_TAGS={}: GitLab keeps a runner's tags; they are set where the runner was created.",
          config.tags());
    }
    boolean root = isRoot();
    List<Slot> slots = slots(config.concurrent(), root);
    Workspaces workspaces = Workspaces.open(config.work(), root);
    undo.push(workspaces::close);
    Spawner spawner = new Spawner();
    undo.push(spawner::close);
    Sandbox sandbox = sandbox(config, spawner, workspaces, slots);
    undo.push(sandbox::close);
    SandboxProbe.check(sandbox, workspaces, slots.getFirst(), config.network());
    Path ca = Files.exists(config.home().ca()) ? config.home().ca() : null;
    RunnerApi api =
        new RunnerApi(config.gitlab(), config.token(), systemId(config.home().data()), trusted(ca));
    undo.push(api::close);
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("job-timer").factory());
    undo.push(timer::shutdownNow);
    JobSettings settings =
        new JobSettings(
            config.logLimit(),
            config.memoryLimit(),
            config.diskLimit(),
            config.network(),
            config.ignoreImage(),
            ca,
            Clock.systemUTC());
    CacheStore caches =
        new CacheStore(
            config.home().data().resolve("cache"), config.cacheLimit(), Clock.systemUTC());
    JobLoop loop =
        new JobLoop(new JobRun.Place(api, sandbox, workspaces, settings, caches, timer), slots);
    undo.push(() -> loop.close(LAST_WORDS));
    undo.push(() -> loop.drain(stopLimit));
    hurry = loop::hurry;
    stopLimit = config.stopLimit();
    takeJobs =
        () -> {
          loop.start();
          LOG.info(
              "Runner for {}: {} jobs at once, {}.",
              config.gitlab(),
              config.concurrent(),
              sandbox.name());
        };
  }

  private List<Slot> slots(int count, boolean root) {
    List<Slot> slots = new ArrayList<>();
    if (!root) {
      for (int i = 0; i < count; i++) {
        slots.add(new Slot(i, Slot.OWN_USER));
      }
      return slots;
    }
    Path run = Path.of("/run");
    SlotUids uids =
        new SlotUids(
            Files.isWritable(run) ? run.resolve("newci-uids") : Path.of("/var/tmp/newci-uids"),
            count);
    undo.push(uids::close);
    for (int uid : uids.all()) {
      slots.add(new Slot(slots.size(), uid));
    }
    return slots;
  }

  private static Sandbox sandbox(
      RunnerConfig config, Spawner spawner, Workspaces workspaces, List<Slot> slots) {
    Limits limits = Limits.of(config.memoryLimit(), config.diskLimit());
    try {
      return config.sandboxed()
          ? new Bubblewrap(spawner, workspaces.root().resolve("etc"), limits, slots)
          : new Unprotected(spawner, limits, slots);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare the sandbox", e);
    }
  }

  private static TrustedCa trusted(@Nullable Path ca) {
    return ca == null ? TrustedCa.ofJdk() : TrustedCa.of(ca);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read /proc/self", e);
    }
  }

  /** By which GitLab tells two machines with one token apart; made once. */
  private static String systemId(Path data) {
    Path file = data.resolve("system_id");
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        return Files.readString(file).strip();
      }
      byte[] id = new byte[6];
      new SecureRandom().nextBytes(id);
      String text = "s_" + HexFormat.of().formatHex(id);
      Files.writeString(file, text + "\n");
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the system id in " + file, e);
    }
  }

  /** Makes {@link #close} wait until all jobs have ended by themselves, however long that takes. */
  void letJobsEnd() {
    stopLimit = Duration.ofDays(365);
  }

  /** Makes {@link #close} wait no longer for jobs. */
  void endNow() {
    hurry.run();
  }

  /**
   * Lets running jobs end as long as the settings say, then ends them and says so to GitLab, within
   * seconds; then undoes what start did.
   */
  @Override
  public synchronized void close() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }
}

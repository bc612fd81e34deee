package org.newci.cli.machine;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.Ports;
import org.newci.cli.setup.PrivateFiles;
import org.newci.cli.setup.SetUp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All components of one data folder, up until closed. */
public final class Machine implements AutoCloseable {

  /** How its components are spread over processes. */
  public enum Shape {
    /** The services in this process, the runner beside it. */
    TOGETHER,
    /** Each in its own, watched by this process; nobody restarts one that ends. */
    SEPARATE,
    /** All in this process, the runner too: only to learn which classes are needed. */
    ONE_PROCESS
  }

  /** The name that the watching process is remembered under. */
  static final String NAME = "up";

  /** A component that has not come up after that long never will. */
  static final Duration COME_UP = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);

  private final DataFolder folder;
  private final Clock clock;
  private final Map<String, String> caller;
  private final Map<Part, AutoCloseable> components = new ConcurrentHashMap<>();
  private final Map<Part, Process> processes = new LinkedHashMap<>();
  private final List<AutoCloseable> guards = new ArrayList<>();

  private Machine(DataFolder folder, Clock clock, Map<String, String> caller) {
    this.folder = folder;
    this.clock = clock;
    this.caller = Map.copyOf(caller);
  }

  /** Sets up what is not, starts everything, and returns when everything answers. */
  public static Machine start(
      DataFolder folder, Clock clock, Map<String, String> caller, Shape shape) {
    Machine machine = new Machine(folder, clock, caller);
    try {
      machine.begin(shape);
    } catch (RuntimeException e) {
      machine.close();
      throw e;
    }
    return machine;
  }

  private void begin(Shape shape) {
    SetUp.makeFolders(folder);
    guards.add(FolderLock.take(folder));
    List<String> left = Down.stop(folder);
    if (!left.isEmpty()) {
      LOG.warn("stopped what an earlier run had left: {}", String.join(", ", left));
    }
    PidFile pid = PidFile.write(folder, NAME, ProcessHandle.current().pid());
    guards.add(pid::forget);
    SetUp setUp = new SetUp(folder, clock);
    if (!SetUp.isComplete(folder)) {
      setUp.ensure();
    }
    ComponentSettings settings = ComponentSettings.of(folder);
    settings.ports().requireFree(folder);
    if (shape == Shape.TOGETHER) {
      // The last to be ready goes first; what is renewed below it does not read.
      startBeside(Part.RUNNER);
    }
    setUp.ensure();
    renewDaily(setUp);
    List<Part> here = new ArrayList<>(shape == Shape.SEPARATE ? List.of() : Part.services());
    if (shape == Shape.ONE_PROCESS) {
      here.add(Part.RUNNER);
    }
    for (Part part : Part.values()) {
      if (!here.contains(part) && !processes.containsKey(part)) {
        startBeside(part);
      }
    }
    startHere(here, settings);
    if (shape == Shape.SEPARATE) {
      processes.forEach(this::awaitReady);
    }
    // What has started in this process serves already, and the runner has been answered by GitLab:
    // one question shows that the certificates are good. A fresh JVM takes 0.1 s for each.
    new Health(folder, settings.ports())
        .require(here.isEmpty() ? Part.services() : List.of(Part.CONTROLLER));
    processes.forEach(this::awaitReady);
    Path ready = RunningPart.ready(folder, NAME);
    PrivateFiles.write(ready, pid.pid() + "\n");
    guards.add(() -> Files.deleteIfExists(ready));
  }

  private void startBeside(Part part) {
    Path log = folder.logs().resolve(part.word() + ".log");
    processes.put(part, JvmCommand.start(JvmCommand.serve(part.word(), folder), log));
  }

  private void startHere(List<Part> parts, ComponentSettings settings) {
    try (ExecutorService starters = Executors.newFixedThreadPool(Math.max(1, parts.size()))) {
      Map<Part, Future<?>> starts = new LinkedHashMap<>();
      for (Part part : parts) {
        if (part != Part.RUNNER) {
          starts.put(part, starters.submit(() -> startHere(part, settings)));
        }
      }
      starts.forEach(Machine::await);
    }
    if (parts.contains(Part.RUNNER)) {
      RunningPart.makeBuilds(settings);
      startHere(Part.RUNNER, settings);
    }
  }

  private void startHere(Part part, ComponentSettings settings) {
    components.put(part, Components.start(part, settings.of(part, caller)));
  }

  private static void await(Part part, Future<?> start) {
    try {
      start.get(COME_UP.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new CommandFailed(
          Exit.FAILED,
          "The %s did not start: %s".formatted(part.word(), Sentences.of(e.getCause())),
          e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new CommandFailed(
          Exit.FAILED,
          "The %s did not start within %d s.".formatted(part.word(), COME_UP.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(Exit.FAILED, "Interrupted.", e);
    }
  }

  private void awaitReady(Part part, Process process) {
    long end = System.nanoTime() + COME_UP.toNanos();
    while (!RunningPart.isReady(folder, part.word(), process.pid())) {
      if (!process.isAlive()) {
        throw new CommandFailed(
            Exit.FAILED,
            "The %s did not start: %s"
                .formatted(
                    part.word(), LogTail.reason(folder.logs().resolve(part.word() + ".log"))));
      }
      if (System.nanoTime() > end) {
        throw new CommandFailed(
            Exit.FAILED,
            "The %s did not start within %d s; see %s."
                .formatted(
                    part.word(), COME_UP.toSeconds(), folder.logs().resolve(part.word() + ".log")));
      }
      Pause.of(Duration.ofMillis(10));
    }
  }

  private void renewDaily(SetUp setUp) {
    ScheduledExecutorService daily =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("renewal").factory());
    var _ =
        daily.scheduleAtFixedRate(
            () -> {
              try {
                setUp.renew();
              } catch (RuntimeException e) {
                LOG.error("tokens and certificates were not renewed", e);
              }
            },
            1,
            1,
            TimeUnit.DAYS);
    guards.add(daily::shutdownNow);
  }

  /** Where the component serves. */
  public URI url(Part part) {
    return Ports.of(folder).url(part);
  }

  @Override
  public void close() {
    // First who gives out work, then who does it, then who is called by them.
    AutoCloseable controller = components.remove(Part.CONTROLLER);
    if (controller != null) {
      closeQuietly(controller);
    }
    for (Process process : processes.values().stream().toList().reversed()) {
      process.toHandle().destroy();
    }
    for (Process process : processes.values()) {
      Down.end(process.toHandle(), Down.PATIENCE);
    }
    try (ExecutorService closers = Executors.newVirtualThreadPerTaskExecutor()) {
      components.values().forEach(c -> closers.execute(() -> closeQuietly(c)));
    }
    guards.reversed().forEach(Machine::closeQuietly);
    guards.clear();
  }

  private static void closeQuietly(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      LOG.warn("something did not stop in good order", e);
    }
  }
}

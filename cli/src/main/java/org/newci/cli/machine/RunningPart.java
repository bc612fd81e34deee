package org.newci.cli.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.Part;
import org.newci.cli.setup.PrivateFiles;
import org.newci.runner.RunnerService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One component served by this process of its own: {@code newci serve COMPONENT}. */
public final class RunningPart implements AutoCloseable {

  /** The runner waits that long for the GitLab that it belongs to. */
  private static final Duration GITLAB = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(RunningPart.class);

  private final AutoCloseable component;
  private final PidFile pid;
  private final Path ready;

  private RunningPart(AutoCloseable component, PidFile pid, Path ready) {
    this.component = component;
    this.pid = pid;
    this.ready = ready;
  }

  /** Starts it with the settings of that data folder. */
  public static RunningPart start(Part part, DataFolder folder, Map<String, String> caller) {
    PidFile.read(folder, part.word())
        .flatMap(PidFile::process)
        .ifPresent(
            other -> {
              throw new CommandFailed(
                  Exit.FAILED,
                  "The %s of %s already runs as process %d."
                      .formatted(part.word(), folder, other.pid()));
            });
    PidFile pid = PidFile.write(folder, part.word(), ProcessHandle.current().pid());
    ComponentSettings settings = ComponentSettings.of(folder);
    Map<String, String> env = settings.of(part, caller);
    AutoCloseable component =
        part == Part.RUNNER ? runner(settings, env) : Components.start(part, env);
    Path ready = ready(folder, part.word());
    PrivateFiles.write(ready, pid.pid() + "\n");
    return new RunningPart(component, pid, ready);
  }

  /** It gets ready while the GitLab beside it still starts. */
  private static AutoCloseable runner(ComponentSettings settings, Map<String, String> env) {
    makeBuilds(settings);
    RunnerService runner = RunnerService.prepare(env);
    awaitPort(settings.ports().of(Part.GITLAB_STAND_IN));
    runner.takeJobs();
    return runner;
  }

  /** Starts it with the settings that the environment has, as a container does. */
  public static AutoCloseable startByEnvironment(Part part, Map<String, String> env) {
    return Components.start(part, env);
  }

  /** The file that says which process of that name has come up. */
  static Path ready(DataFolder folder, String name) {
    return folder.run().resolve(name + ".ready");
  }

  /** True when that process has said that it is up. */
  static boolean isReady(DataFolder folder, String name, long pid) {
    Path file = ready(folder, name);
    return Files.exists(file) && PrivateFiles.read(file).strip().equals(Long.toString(pid));
  }

  static void makeBuilds(ComponentSettings settings) {
    Path builds = settings.builds();
    PrivateFiles.folder(builds, "rwx--x--x");
    Path link = settings.folder().home(Part.RUNNER).resolve("builds");
    try {
      if (!builds.equals(link) && !Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, builds);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot make the link " + link, e);
    }
  }

  private static void awaitPort(int port) {
    long end = System.nanoTime() + GITLAB.toNanos();
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
        return;
      } catch (IOException notYet) {
        Pause.of(Duration.ofMillis(20));
      }
    }
    throw new CommandFailed(
        Exit.REFUSED,
        "Nothing listens on port %d, where GitLab should be, after %d s."
            .formatted(port, GITLAB.toSeconds()));
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(ready);
      component.close();
    } catch (Exception e) {
      LOG.warn("the {} did not stop in good order", pid.name(), e);
    } finally {
      pid.forget();
    }
  }
}

package org.newci.cli.machine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.newci.cli.CommandFailed;
import org.newci.cli.Exit;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.SetUp;

/** Starts {@code up}, or one component, as a process that outlives the command. */
public final class Background {

  private Background() {}

  /** Returns when everything answers; fails with the reason when it does not come up. */
  public static void up(DataFolder folder, List<String> options) {
    up(folder, options, Map.of());
  }

  /** The same, with settings beside those of this process's environment. */
  public static void up(DataFolder folder, List<String> options, Map<String, String> settings) {
    List<String> arguments = new ArrayList<>(List.of("up", "--data", folder.toString()));
    arguments.addAll(options);
    start(folder, Machine.NAME, "NewCI", JvmCommand.up(arguments), settings);
  }

  /** The same for one component. */
  public static void serve(DataFolder folder, String word) {
    start(folder, word, "The " + word, JvmCommand.serve(word, folder), Map.of());
  }

  /** Runs a short command whose JVM notes in that file which classes it needs, to its end. */
  public static void recorded(Path configuration, List<String> arguments, Duration limit) {
    Process process =
        JvmCommand.start(
            JvmCommand.recorded(configuration, arguments),
            configuration.resolveSibling(configuration.getFileName() + ".log"));
    try {
      if (!process.waitFor(limit) || process.exitValue() != 0) {
        throw new CommandFailed(Exit.FAILED, "The short commands could not be recorded.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(Exit.FAILED, "Interrupted.", e);
    } finally {
      process.destroy();
    }
  }

  private static void start(
      DataFolder folder,
      String name,
      String who,
      List<String> command,
      Map<String, String> settings) {
    SetUp.makeFolders(folder);
    Path log = folder.logs().resolve(name + ".log");
    ProcessHandle process = JvmCommand.startDetached(command, log, settings);
    // Until it has made itself known, whoever wants everything to stop finds it by this.
    PidFile starting = PidFile.write(folder, name + "-starting", process.pid());
    try {
      awaitReady(folder, name, who, process);
    } finally {
      starting.forget();
    }
  }

  private static void awaitReady(
      DataFolder folder, String name, String who, ProcessHandle process) {
    Path log = folder.logs().resolve(name + ".log");
    long end = System.nanoTime() + Machine.COME_UP.plusSeconds(30).toNanos();
    while (!RunningPart.isReady(folder, name, process.pid())) {
      if (hasEnded(process)) {
        throw new CommandFailed(
            Exit.FAILED, "%s did not start: %s".formatted(who, LogTail.reason(log)));
      }
      if (System.nanoTime() > end) {
        Down.end(process, Down.PATIENCE);
        throw new CommandFailed(
            Exit.FAILED, "%s did not come up in time; see %s.".formatted(who, log));
      }
      Pause.of(Duration.ofMillis(10));
    }
  }

  /** Also when whoever has inherited the process has not asked how it ended. */
  private static boolean hasEnded(ProcessHandle process) {
    return !process.isAlive() || process.info().command().isEmpty();
  }
}

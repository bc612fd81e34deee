package org.newci.cli.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.newci.cli.setup.DataFolder;

/** Stops what runs on a data folder. */
public final class Down {

  /** A process that was asked to end gets that long; then it is killed. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Who watches others must first see them end. */
  private static final Duration PATIENCE_WITH_ALL = PATIENCE.multipliedBy(2);

  private Down() {}

  /** Stops every process that the folder remembers; answers their names. None is no error. */
  public static List<String> stop(DataFolder folder) {
    // The one that watches the others goes first, and takes them with it in good order.
    List<PidFile> known =
        PidFile.all(folder).stream()
            .filter(pid -> !pid.isOurs())
            .sorted(Comparator.comparing(pid -> !pid.name().equals(Machine.NAME)))
            .toList();
    List<String> stopped = new ArrayList<>();
    for (PidFile pid : known) {
      pid.process()
          .ifPresent(
              process -> {
                end(process, pid.name().equals(Machine.NAME) ? PATIENCE_WITH_ALL : PATIENCE);
                stopped.add(pid.name());
              });
      pid.forget();
    }
    return stopped;
  }

  /** Asks the process to end, waits, and kills it when it does not. */
  static void end(ProcessHandle process, Duration patience) {
    process.destroy();
    if (!ended(process, patience)) {
      process.destroyForcibly();
      ended(process, PATIENCE);
    }
  }

  private static boolean ended(ProcessHandle process, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (process.isAlive()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Pause.of(Duration.ofMillis(10));
    }
    return true;
  }
}

package org.newci.cli.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.newci.cli.setup.DataFolder;
import org.newci.cli.setup.PrivateFiles;

/**
 * A process as one file remembers it: its id, and the time of its start in clock ticks since boot
 * (field 22 of {@code /proc/PID/stat}, proc(5)), so that another process with a re-used id is never
 * taken for it.
 */
public record PidFile(Path file, long pid, String startTicks) {

  /** Remembers that process under {@code run/NAME.pid}. */
  static PidFile write(DataFolder folder, String name, long pid) {
    PidFile written =
        new PidFile(
            folder.run().resolve(name + ".pid"),
            pid,
            startTicks(pid).orElseThrow(() -> new IllegalStateException("no process " + pid)));
    PrivateFiles.write(written.file, pid + " " + written.startTicks + "\n");
    return written;
  }

  /** What is remembered under that name, if anything. */
  static Optional<PidFile> read(DataFolder folder, String name) {
    return read(folder.run().resolve(name + ".pid"));
  }

  /** Everything that is remembered. */
  static List<PidFile> all(DataFolder folder) {
    if (!Files.isDirectory(folder.run())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.run())) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.pid"))
          .sorted()
          .flatMap(file -> read(file).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder.run(), e);
    }
  }

  private static Optional<PidFile> read(Path file) {
    try {
      String[] words = Files.readString(file).strip().split(" ", -1);
      return words.length == 2 && words[0].matches("\\d{1,9}")
          ? Optional.of(new PidFile(file, Long.parseLong(words[0]), words[1]))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The process, while it is the one that was remembered. */
  Optional<ProcessHandle> process() {
    return startTicks(pid).filter(startTicks::equals).flatMap(ticks -> ProcessHandle.of(pid));
  }

  /** True when that is the process we are in. */
  boolean isOurs() {
    return pid == ProcessHandle.current().pid();
  }

  /** The name under {@code run/}. */
  String name() {
    return file.getFileName().toString().replaceFirst("\\.pid$", "");
  }

  void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file, e);
    }
  }

  private static Optional<String> startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The second field is the program's name in brackets, which may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return fields[0].equals("Z") ? Optional.empty() : Optional.of(fields[19]);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

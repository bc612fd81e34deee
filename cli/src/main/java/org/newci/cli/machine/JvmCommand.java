package org.newci.cli.machine;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.newci.cli.Main;
import org.newci.cli.setup.DataFolder;

/** Starts {@code newci} once more, with the JVM, the flags and the jars of this process. */
final class JvmCommand {

  /** A runner moves bytes and holds little. */
  private static final List<String> SMALL = List.of("-Xmx64m", "-XX:ReservedCodeCacheSize=32m");

  /** Bytes; a longer log is put aside at the next start, and the one before it goes. */
  private static final long LONGEST_LOG = 16L * 1024 * 1024;

  private JvmCommand() {}

  /** The command line of that command; {@code setsid} takes it out of our terminal's reach. */
  static List<String> of(boolean small, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> own = ownArguments();
    int jar = own.indexOf("-jar");
    if (jar >= 0) {
      command.addAll(own.subList(0, jar));
      if (small) {
        command.addAll(SMALL);
      }
      command.addAll(own.subList(jar, jar + 2));
    } else {
      if (small) {
        command.addAll(SMALL);
      }
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              System.getProperty("java.class.path"),
              Main.class.getName()));
    }
    command.addAll(arguments);
    return command;
  }

  /** Starts it in the background; what it prints is added to that file. */
  static Process start(List<String> command, Path log) {
    try {
      if (Files.exists(log) && Files.size(log) > LONGEST_LOG) {
        Path before = log.resolveSibling(log.getFileName() + ".1");
        Files.move(log, before, StandardCopyOption.REPLACE_EXISTING);
      }
      return new ProcessBuilder(command)
          .redirectInput(new File("/dev/null"))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /** Starts one component as a process of its own. */
  static Process serve(String word, DataFolder folder, boolean small) {
    return start(
        of(small, List.of("serve", word, "--data", folder.toString())),
        folder.logs().resolve(word + ".log"));
  }

  private static List<String> ownArguments() {
    try {
      String line = Files.readString(Path.of("/proc/self/cmdline"));
      List<String> words = Arrays.asList(line.split("\0", -1));
      return words.subList(1, words.size());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read our own command line", e);
    }
  }
}

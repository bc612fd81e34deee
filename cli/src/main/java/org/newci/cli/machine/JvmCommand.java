package org.newci.cli.machine;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.newci.cli.Main;
import org.newci.cli.setup.DataFolder;

/** Starts {@code newci} once more, with the JVM, the flags and the jars of this process. */
final class JvmCommand {

  /** A runner moves bytes and holds little. */
  private static final List<String> SMALL = List.of("-Xmx64m", "-XX:ReservedCodeCacheSize=32m");

  /** The start script makes one AOT cache for what is short and one for what serves. */
  private static final Pattern CACHE =
      Pattern.compile("^(-XX:AOTCache=.*/)(?:commands|services)-(?=[^/]*$)");

  private static final Pattern RECORDING = Pattern.compile("-XX:AOT(?:Mode|Configuration)=.*");

  /** What the start script gives short commands, and what serves must not have. */
  private static final String ONLY_THIS_COMMAND = "-XX:TieredStopAtLevel=1";

  private static final String SETSID = "/usr/bin/setsid";

  /**
   * Starts the command, whose output is added to the log $0, and says which process it is. With job
   * control, as without it what is started in the background ignores SIGINT, and so would builds.
   */
  private static final String LEFT_ALONE = "set -m; \"$@\" >>\"$0\" 2>&1 </dev/null & echo $!";

  /** Bytes; a longer log is put aside at the next start, and the one before it goes. */
  private static final long LONGEST_LOG = 16L * 1024 * 1024;

  private JvmCommand() {}

  /** The command line of {@code up}. */
  static List<String> up(List<String> arguments) {
    return command(List.of(), arguments);
  }

  /** The command line of one component. */
  static List<String> serve(String word, DataFolder folder) {
    return command(
        word.equals("runner") ? SMALL : List.of(),
        List.of("serve", word, "--data", folder.toString()));
  }

  /** The command line of a short command whose JVM notes in that file which classes it needs. */
  static List<String> recorded(Path configuration, List<String> arguments) {
    return command(
        List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + configuration), arguments);
  }

  private static List<String> command(List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> own = ownArguments();
    int jar = own.indexOf("-jar");
    if (jar >= 0) {
      for (String flag : own.subList(0, jar)) {
        if (!flag.equals(ONLY_THIS_COMMAND) && !RECORDING.matcher(flag).matches()) {
          command.add(CACHE.matcher(flag).replaceFirst("$1services-"));
        }
      }
      command.addAll(flags);
      command.addAll(own.subList(jar, jar + 2));
    } else {
      command.addAll(flags);
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
      putAside(log);
      return new ProcessBuilder(inOwnSession(command))
          .redirectInput(new File("/dev/null"))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /**
   * The same, with that in its environment too, and as nobody's child: with a child that goes on,
   * our JVM takes 0.3 s longer to end.
   */
  static ProcessHandle startDetached(List<String> command, Path log, Map<String, String> more) {
    List<String> left = new ArrayList<>(List.of("bash", "-c", LEFT_ALONE, log.toString()));
    left.addAll(command);
    try {
      putAside(log);
      ProcessBuilder builder =
          new ProcessBuilder(inOwnSession(left))
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(more);
      try (BufferedReader out = builder.start().inputReader()) {
        String pid = out.readLine();
        if (pid == null) {
          throw new IOException("bash started nothing; see " + log);
        }
        return ProcessHandle.of(Long.parseLong(pid))
            .orElseThrow(() -> new IOException("it has ended already; see " + log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /** Out of our terminal's reach, where there is a {@code setsid}. */
  private static List<String> inOwnSession(List<String> command) {
    List<String> apart = new ArrayList<>(command);
    if (Files.isExecutable(Path.of(SETSID))) {
      apart.addFirst(SETSID);
    }
    return apart;
  }

  private static void putAside(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LONGEST_LOG) {
      Path before = log.resolveSibling(log.getFileName() + ".1");
      Files.move(log, before, StandardCopyOption.REPLACE_EXISTING);
    }
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

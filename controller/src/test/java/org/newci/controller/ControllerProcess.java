package org.newci.controller;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A controller in a process of its own. */
final class ControllerProcess implements AutoCloseable {

  private static final Pattern LISTENS = Pattern.compile("controller listens on (\\S+)");

  private final Process process;
  private final Path log;

  private ControllerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts one; it serves soon after. */
  static ControllerProcess start(Map<String, String> env, Path log, String... flags)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m"));
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("org.newci.controller.ControllerMain");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(env);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new ControllerProcess(builder.start(), log);
  }

  /** Where it listens, once it does. */
  URI url() {
    Matcher found =
        await("the start of a controller")
            .atMost(Duration.ofSeconds(60))
            .until(() -> LISTENS.matcher(output()), Matcher::find);
    return URI.create(found.group(1));
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  /** Sends that signal: STOP, CONT, TERM or KILL. */
  void signal(String name) throws Exception {
    int code =
        new ProcessBuilder(List.of("kill", "-" + name, String.valueOf(process.pid())))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill -%s failed".formatted(name));
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

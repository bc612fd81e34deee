package org.newci.acceptance.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The components of a system that was started with {@code --separate}, each as a process. */
public final class Parts {

  /** All of them, by the names that {@code up --only} takes. */
  public static final List<String> ALL =
      List.of(
          "gitlab-stand-in",
          "artifact-store",
          "test-env",
          "vcs-worker",
          "deploy-worker",
          "controller",
          "runner");

  private final RunningSystem system;

  public Parts(RunningSystem system) {
    this.system = system;
  }

  /** Ends it as a loss of power does: it is gone when this returns. */
  public void kill(String part) {
    ProcessHandle process = process(part);
    process.destroyForcibly();
    try {
      var _ = process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new AssertionError(part + " does not die", e);
    }
  }

  /** Holds it in the middle of whatever it does. */
  public void freeze(String part) {
    signal("STOP", part);
  }

  /** Lets it go on. */
  public void thaw(String part) {
    signal("CONT", part);
  }

  /** Starts it again, as the operator's page says; it serves when this returns. */
  public void start(String part) {
    system.newci("up", "--only", part, "--data", system.data().toString(), "--detach").ok();
  }

  /**
   * Starts it anew, so that it reaches others at these ports: a test's line or proxy listens there.
   *
   * @param elsewhere port by component
   */
  public void startOver(String part, Map<String, Integer> elsewhere) {
    kill(part);
    Path file = system.data().resolve("run/ports.json");
    try {
      String before = Files.readString(file);
      String now = before;
      for (Map.Entry<String, Integer> other : elsewhere.entrySet()) {
        now =
            now.replaceFirst(
                "\"%s\"\\s*:\\s*\\d+".formatted(other.getKey()),
                "\"%s\":%d".formatted(other.getKey(), other.getValue()));
      }
      Files.writeString(file, now);
      try {
        start(part);
      } finally {
        Files.writeString(file, before);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port that it listens on. */
  public int port(String part) {
    try {
      String text = Files.readString(system.data().resolve("run/ports.json"));
      return Integer.parseInt(
          text.replaceAll("(?s).*\"%s\"\\s*:\\s*(\\d+).*".formatted(part), "$1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The process that was started last under that name; {@code up} is the one that watches. */
  public ProcessHandle process(String part) {
    Path file = system.data().resolve("run").resolve(part + ".pid");
    try {
      long pid = Long.parseLong(Files.readString(file).strip().split(" ", -1)[0]);
      return ProcessHandle.of(pid)
          .orElseThrow(() -> new AssertionError("%s does not run as %d".formatted(part, pid)));
    } catch (IOException e) {
      throw new UncheckedIOException(part + " is not known to run", e);
    }
  }

  private void signal(String name, String part) {
    String pid = String.valueOf(process(part).pid());
    Shell.run(Path.of("/"), Map.of(), Duration.ofSeconds(20), List.of("kill", "-" + name, pid))
        .ok();
  }
}

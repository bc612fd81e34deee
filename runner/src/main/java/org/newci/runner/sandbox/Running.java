package org.newci.runner.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command in a sandbox. Killing it ends everything that it started. */
public final class Running implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Running.class);
  private static final Pattern EXIT = Pattern.compile("\"exit-code\": *([0-9]{1,3})");
  private static final int LONGEST_MESSAGE = 8 * 1024;

  private final Process process;
  private final Path status;
  private final Path errors;
  private final Runnable killRest;

  Running(Process process, Path status, Path errors, Runnable killRest) {
    this.process = process;
    this.status = status;
    this.errors = errors;
    this.killRest = killRest;
  }

  /** As soon as the command itself has ended, so do the processes that it left behind. */
  void leaveNothing() {
    var _ = process.onExit().thenRun(killRest);
  }

  /** Lets a prepared command begin. */
  public void go() throws IOException {
    try (OutputStream in = process.getOutputStream()) {
      in.write("go\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** What the command reads; to be closed by the caller. */
  public OutputStream input() {
    return process.getOutputStream();
  }

  /** What the command prints. */
  public InputStream output() {
    return process.getInputStream();
  }

  /** Waits for its end, and answers its exit code. */
  public int await() throws InterruptedException, SandboxFailure {
    int outer = process.waitFor();
    sayWhatIsMissing();
    Matcher exit = EXIT.matcher(start(status));
    if (exit.find()) {
      return Integer.parseInt(exit.group(1));
    }
    throw new SandboxFailure(
        "The sandbox ended with code %d before its command did: %s"
            .formatted(outer, errors().strip()));
  }

  /** Limits that a job did without are the runner's affair, whatever became of the job. */
  private void sayWhatIsMissing() {
    errors()
        .lines()
        .filter(line -> line.startsWith("NOT LIMITED"))
        .forEach(line -> LOG.warn("A job was {}.", line));
  }

  /** The start of what was printed on standard error. */
  public String errors() {
    return start(errors);
  }

  private static String start(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_MESSAGE), StandardCharsets.UTF_8);
    } catch (java.nio.file.NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it now, with all its children. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    killRest.run();
  }

  /** Ends it when it has not ended. */
  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It no longer reads: nothing to tell it.
    }
  }
}

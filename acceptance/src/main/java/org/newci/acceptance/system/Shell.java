package org.newci.acceptance.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs commands as a person at a shell does. */
public final class Shell {

  /** What a command gave. */
  public record Result(int exit, String out, String err) {

    /** Standard output of a command that must have succeeded. */
    public String ok() {
      if (exit != 0) {
        throw new AssertionError("exit code %d%n%s%n%s".formatted(exit, out, err));
      }
      return out;
    }
  }

  private Shell() {}

  /** Runs it to its end in that folder, at most that long. */
  public static Result run(
      Path dir, Map<String, String> env, Duration limit, List<String> command) {
    try {
      Path out = Files.createTempFile("out-", ".txt");
      Path err = Files.createTempFile("err-", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(dir.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(env);
      Process process = builder.start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            "%s still runs after %s%n%s%n%s".formatted(command, limit, read(out), read(err)));
      }
      Result result = new Result(process.exitValue(), read(out), read(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted in " + command, e);
    }
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}

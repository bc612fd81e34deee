package org.newci.neighbours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real {@code git} in one folder, without this machine's or this user's settings. */
public final class GitCommand {

  /** Environment in which git reads no configuration but the repository's own. */
  public static final Map<String, String> QUIET =
      Map.of(
          "GIT_CONFIG_NOSYSTEM", "1",
          "GIT_CONFIG_GLOBAL", "/dev/null",
          "GIT_TERMINAL_PROMPT", "0",
          "GIT_AUTHOR_NAME", "A Developer",
          "GIT_AUTHOR_EMAIL", "dev@example.com",
          "GIT_COMMITTER_NAME", "A Developer",
          "GIT_COMMITTER_EMAIL", "dev@example.com");

  private final Path folder;

  public GitCommand(Path folder) {
    this.folder = folder;
  }

  /** A new repository with a working tree, on branch {@code main}. */
  public static GitCommand init(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    GitCommand git = new GitCommand(folder);
    git.run("init", "--quiet", "--initial-branch=main");
    return git;
  }

  /** The working tree. */
  public Path folder() {
    return folder;
  }

  /** Writes a file and commits everything; the new commit's id. */
  public String commit(String file, String text) {
    try {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("add", "--all");
    run("commit", "--quiet", "--allow-empty", "--message", "Change " + file);
    return run("rev-parse", "HEAD");
  }

  /** Runs it for at most a minute; what it printed, without blanks around. */
  public String run(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.need("git").toString());
    command.addAll(List.of(arguments));
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().putAll(QUIET);
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new IllegalStateException(command + " in " + folder + " failed: " + output);
      }
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + command, e);
    }
  }
}

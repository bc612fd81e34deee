package org.newci.standin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real git program, in a working copy, with nobody's configuration. */
final class Git {

  private final Path dir;

  Git(Path dir) {
    this.dir = dir;
  }

  /** A new working copy on the branch master. */
  static Git init(Path dir) throws Exception {
    Files.createDirectories(dir);
    Git git = new Git(dir);
    git.run("init", "-q", "-b", "master");
    return git;
  }

  /** What git printed, and how it ended. */
  record Result(int exit, String output) {}

  /** Commits that file, and answers with the commit's id. */
  String commit(String file, String text) throws Exception {
    Files.writeString(dir.resolve(file), text);
    run("add", "-A");
    run("commit", "-q", "-m", "Change " + file);
    return run("rev-parse", "HEAD").strip();
  }

  /** Runs git, which must succeed. */
  String run(String... args) throws Exception {
    Result result = attempt(args);
    if (result.exit() != 0) {
      throw new IllegalStateException(List.of(args) + ": " + result.output());
    }
    return result.output();
  }

  /** Runs git. */
  Result attempt(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_CONFIG_NOSYSTEM", "1",
                "HOME", dir.toString(),
                "GIT_TERMINAL_PROMPT", "0",
                "GIT_AUTHOR_NAME", "Ann",
                "GIT_AUTHOR_EMAIL", "ann@example.com",
                "GIT_COMMITTER_NAME", "Ann",
                "GIT_COMMITTER_EMAIL", "ann@example.com"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("git does not end");
    }
    return new Result(process.exitValue(), output);
  }
}

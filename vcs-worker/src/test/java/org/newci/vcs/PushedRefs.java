package org.newci.vcs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.newci.neighbours.GitCommand;

/** What was pushed to a repository: each ref with the first push option that came with it. */
public final class PushedRefs {

  private static final String HOOK =
      "#!/bin/sh\nwhile read old new ref; do echo \"$ref $GIT_PUSH_OPTION_0\" >> pushed; done\n";

  private PushedRefs() {}

  /** Makes a bare repository that writes it down (githooks(5), post-receive). */
  static void init(Path repository) throws IOException {
    Files.createDirectories(repository);
    GitCommand git = new GitCommand(repository);
    git.run("init", "--quiet", "--bare", "--initial-branch=master");
    git.run("config", "receive.advertisePushOptions", "true");
    Path hooks = Files.createDirectories(repository.resolve("hooks"));
    Path hook = Files.writeString(hooks.resolve("post-receive"), HOOK);
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The lines, each {@code REF OPTION} or {@code REF} and a blank. */
  public static List<String> of(Path repository) throws IOException {
    return Files.readAllLines(repository.resolve("pushed"));
  }
}

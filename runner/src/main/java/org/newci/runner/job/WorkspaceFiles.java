package org.newci.runner.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.newci.runner.archive.Selection;
import org.newci.runner.sandbox.Running;
import org.newci.runner.sandbox.SandboxFailure;

/** Files of a job's project folder: which they are, and a stream of them out of the sandbox. */
final class WorkspaceFiles {

  /** Bytes of the names of all files that git does not know. */
  private static final int LONGEST_LIST = 16 << 20;

  /** Bytes that every pipe holds (pipe(7): at least a page). */
  private static final int ANY_PIPE = 4096;

  private final JobStage stage;

  WorkspaceFiles(JobStage stage) {
    this.stage = stage;
  }

  /**
   * Which files.
   *
   * @param links symbolic links too: only for what comes back into a sandbox
   */
  record Wanted(List<String> paths, List<String> exclude, boolean untracked, boolean links) {}

  /** Finds them, and says in the log what was found. */
  Selection.Found select(Wanted wanted)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Selection.Found found;
    try {
      found =
          Selection.of(
              stage.projectOnHost(),
              new Selection.Request(
                  stage.projectInside(),
                  expanded(wanted.paths()),
                  expanded(wanted.exclude()),
                  wanted.untracked() ? untracked() : List.of(),
                  wanted.links()));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    found.messages().forEach(stage.log()::line);
    return found;
  }

  private List<String> expanded(List<String> patterns) {
    return patterns.stream().map(stage.variables()::expand).toList();
  }

  /** The files that git does not know, by the word of the job's own repository. */
  private List<String> untracked()
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    Running git =
        stage
            .sandbox()
            .quiet(
                stage.workspace(),
                stage.projectInside(),
                List.of("git", "ls-files", "--others", "-z"));
    return stage.with(
        git,
        () -> {
          git.input().close();
          byte[] names;
          try (InputStream out = git.output()) {
            names = out.readNBytes(LONGEST_LIST);
            if (out.read() >= 0) {
              throw new IOException(
                  "the names of untracked files are longer than %d bytes".formatted(LONGEST_LIST));
            }
          }
          if (git.await() != 0) {
            throw new IOException("git ls-files: " + git.errors().strip());
          }
          return List.of(new String(names, StandardCharsets.UTF_8).split("\0", -1)).stream()
              .filter(name -> !name.isEmpty())
              .toList();
        });
  }

  /** What is done with a tar stream. */
  interface Use {
    void accept(InputStream tar) throws IOException;
  }

  /**
   * Makes a tar of those files inside the sandbox, and hands its bytes on.
   *
   * @param plain hard links become files of their own
   */
  void tar(List<String> paths, boolean plain, Use use)
      throws IOException, InterruptedException, SandboxFailure, StopSwitch.Stopped {
    List<byte[]> names =
        paths.stream().map(path -> (path + "\0").getBytes(StandardCharsets.UTF_8)).toList();
    Running tar =
        stage.sandbox().quiet(stage.workspace(), stage.projectInside(), command(names, plain));
    stage.with(
        tar,
        () -> {
          try (OutputStream in = tar.input()) {
            for (byte[] name : names) {
              in.write(name);
            }
          }
          try (InputStream out = tar.output()) {
            use.accept(out);
            out.transferTo(OutputStream.nullOutputStream());
          }
          int code = tar.await();
          if (code != 0) {
            throw new IOException("tar: " + tar.errors().strip());
          }
          return code;
        });
  }

  /** The list goes in whole before anything comes out, so that neither side waits for the other. */
  private static List<String> command(List<byte[]> names, boolean plain) {
    String tar =
        "exec tar --create --format=gnu --no-recursion"
            + (plain ? " --hard-dereference" : "")
            + " --null --verbatim-files-from --file=- --files-from=";
    boolean fits = names.stream().mapToLong(name -> name.length).sum() <= ANY_PIPE;
    String script = fits ? tar + "-" : "t=$(mktemp) && cat > \"$t\" && " + tar + "\"$t\"";
    return List.of("/bin/sh", "-c", script);
  }
}

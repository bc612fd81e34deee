package org.newci.neighbours;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real {@code git daemon} on a free port of the loopback, read only. */
public final class GitDaemon implements AutoCloseable {

  private final NativeProcess process;
  private final int port;

  private GitDaemon(NativeProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Serves every repository below that folder.
   *
   * @param log where its output goes
   */
  public static GitDaemon serve(Path root, Path log) {
    int port = NativeProcess.freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                Programs.need("git").toString(),
                "daemon",
                "--reuseaddr",
                "--export-all",
                "--informative-errors",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + root,
                root.toString()));
    NativeProcess process = NativeProcess.start(command, GitCommand.QUIET, log).awaitPort(port);
    return new GitDaemon(process, port);
  }

  /** URL of a repository below the folder. */
  public String url(String path) {
    return "git://127.0.0.1:%d/%s".formatted(port, path);
  }

  /** What it has printed so far. */
  public String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}

package org.newci.acceptance.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.newci.neighbours.NativeProcess;
import org.newci.neighbours.Programs;

/** Repositories made with git and served by {@code git daemon}. */
public final class Sources implements AutoCloseable {

  private static final Map<String, String> AUTHOR =
      Map.of(
          "GIT_AUTHOR_NAME", "Ann",
          "GIT_AUTHOR_EMAIL", "ann@example.org",
          "GIT_COMMITTER_NAME", "Ann",
          "GIT_COMMITTER_EMAIL", "ann@example.org",
          "GIT_CONFIG_NOSYSTEM", "1",
          "GIT_CONFIG_GLOBAL", "/dev/null");

  private final Path dir;
  private final int port;
  private final NativeProcess daemon;

  private Sources(Path dir, int port, NativeProcess daemon) {
    this.dir = dir;
    this.port = port;
    this.daemon = daemon;
  }

  /** Serves what will lie in that folder. */
  public static Sources serve(Path dir) {
    try {
      Files.createDirectories(dir);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int port = NativeProcess.freePort();
    NativeProcess daemon =
        NativeProcess.start(
            List.of(
                Programs.need("git").toString(),
                "daemon",
                "--reuseaddr",
                "--export-all",
                "--listen=127.0.0.1",
                "--port=" + port,
                "--base-path=" + dir,
                dir.toString()),
            Map.of(),
            dir.resolve("daemon.log"));
    return new Sources(dir, port, daemon.awaitPort(port));
  }

  /** A repository with one commit of these files on {@code master}. */
  public Repository repository(String name, Map<String, String> files) {
    Path work = dir.resolve(name);
    try {
      Files.createDirectories(work);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Repository repository = new Repository(work, "git://127.0.0.1:%d/%s".formatted(port, name));
    repository.git("init", "--quiet", "--initial-branch=master");
    repository.commit(files);
    return repository;
  }

  /** A URL of this server's where nothing is. */
  public String urlOf(String name) {
    return "git://127.0.0.1:%d/%s".formatted(port, name);
  }

  @Override
  public void close() {
    daemon.close();
  }

  /** One repository: its folder and where it is served. */
  public record Repository(Path dir, String url) {

    /** Writes these files and commits everything; gives the commit's id. */
    public String commit(Map<String, String> files) {
      files.forEach(this::write);
      git("add", "--all", "--force");
      git("commit", "--quiet", "--allow-empty", "--message", "A change");
      return git("rev-parse", "HEAD").strip();
    }

    /** Writes a file of the work tree. */
    public void write(String name, String text) {
      Path file = dir.resolve(name);
      try {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        if (text.startsWith("#!")) {
          Files.setPosixFilePermissions(
              file,
              Set.of(
                  PosixFilePermission.OWNER_READ,
                  PosixFilePermission.OWNER_WRITE,
                  PosixFilePermission.OWNER_EXECUTE));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Runs git there. */
    public String git(String... arguments) {
      List<String> command = new java.util.ArrayList<>(List.of("git"));
      command.addAll(List.of(arguments));
      return Shell.run(dir, AUTHOR, Duration.ofMinutes(1), command).ok();
    }
  }
}

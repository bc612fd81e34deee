package org.newci.neighbours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds installed programs, and knows which Debian package brings each. */
public final class Programs {

  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          Map.entry("git", "git"),
          Map.entry("bwrap", "bubblewrap"),
          Map.entry("slirp4netns", "slirp4netns"),
          Map.entry("ip", "iproute2"),
          Map.entry("sshd", "openssh-server"),
          Map.entry("haproxy", "haproxy"),
          Map.entry("curl", "curl"),
          Map.entry("make", "make"),
          Map.entry("gcc", "gcc"),
          Map.entry("ssh-keygen", "openssh-client"),
          Map.entry("postgres", "postgresql"),
          Map.entry("sftp", "openssh-client"));

  /** Debian keeps the programs of PostgreSQL's server by version, outside of PATH. */
  private static final Path POSTGRESQL = Path.of("/usr/lib/postgresql");

  private Programs() {}

  /** The program's path, in PATH or one of the folders for servers. */
  public static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(
            Stream.of(path.split(":", -1)), Stream.of("/usr/sbin", "/sbin"), postgresql().stream())
        .flatMap(dirs -> dirs)
        .filter(dir -> !dir.isEmpty())
        .map(dir -> Path.of(dir, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Newest first. */
  private static List<String> postgresql() {
    if (!Files.isDirectory(POSTGRESQL)) {
      return List.of();
    }
    try (Stream<Path> versions = Files.list(POSTGRESQL)) {
      return versions
          .sorted(Comparator.comparing(Path::toString).reversed())
          .map(version -> version.resolve("bin").toString())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The program's path; fails with the name of its package when it is not there. */
  public static Path need(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException(missing(name)));
  }

  /** The sentence for a missing program. */
  public static String missing(String name) {
    return "needs the program %s (Debian package %s)"
        .formatted(name, PACKAGES.getOrDefault(name, name));
  }
}

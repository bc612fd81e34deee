package org.newci.neighbours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL server on a free port of the loopback, with data of its own. It refuses to run
 * as root, and then runs as the user whom Debian's package makes. One is enough for all tests of a
 * JVM: each takes a database of its own.
 */
public final class PostgreSql implements AutoCloseable {

  private static final String USER = "postgres";

  /** The server of this JVM, which ends with it. */
  private static final class Shared {
    static final PostgreSql SERVER = start(false);

    static {
      Runtime.getRuntime().addShutdownHook(new Thread(SERVER::close));
    }
  }

  private final Path folder;
  private final int port;
  private final boolean durable;
  private NativeProcess process;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgreSql(Path folder, int port, boolean durable) {
    this.folder = folder;
    this.port = port;
    this.durable = durable;
    this.process = serve();
  }

  /** The server of this JVM; the first call starts it. Its writes are not flushed to the disk. */
  public static PostgreSql shared() {
    return Shared.SERVER;
  }

  /**
   * Starts one.
   *
   * @param durable true flushes every commit to the disk, as an installed one does
   */
  public static PostgreSql start(boolean durable) {
    try {
      // Not in the build's folder: the other user may not be let in there.
      Path folder = Files.createTempDirectory(Path.of("/tmp"), "newci-postgresql-");
      Path data = folder.resolve("data");
      if (isRoot()) {
        run(List.of("chown", USER, folder.toString()));
      }
      run(
          asUser(
              "initdb",
              "--pgdata=" + data,
              "--username=" + USER,
              "--auth=trust",
              "--encoding=UTF8",
              "--no-locale",
              "--no-sync"));
      return new PostgreSql(folder, NativeProcess.freePort(), durable).awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start PostgreSQL", e);
    }
  }

  private NativeProcess serve() {
    Path data = folder.resolve("data");
    List<String> command =
        asUser("postgres", "-D", data.toString(), "-p", String.valueOf(port), "-h", "127.0.0.1");
    command.addAll(List.of("-k", "", "-c", "fsync=" + (durable ? "on" : "off")));
    return NativeProcess.start(
            command, Map.of(), folder.resolveSibling(folder.getFileName() + ".log"))
        .awaitPort(port);
  }

  /** Ends it without any order, as {@code pg_ctl stop -m immediate}; every connection breaks. */
  public void crash() {
    run(List.of("kill", "-QUIT", String.valueOf(process.handle().pid())));
    if (!process.waitFor(Duration.ofSeconds(20))) {
      throw new IllegalStateException("PostgreSQL does not end: " + process.output());
    }
  }

  /** Starts it again after a {@link #crash}, on the same port and data. */
  public void startAgain() {
    process = serve();
    PostgreSql _ = awaitReady();
  }

  private PostgreSql awaitReady() {
    while (true) {
      try {
        run(client("psql", "--command=SELECT 1", USER));
        return this;
      } catch (IllegalStateException notYet) {
        String said = String.valueOf(notYet.getMessage());
        if (!said.contains("starting up") && !said.contains("not yet accepting")) {
          throw notYet;
        }
      }
    }
  }

  private static List<String> asUser(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      // Ends with the test's JVM even if that is killed.
      command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--init-groups"));
      command.add("--pdeathsig=INT");
    }
    command.add(Programs.need(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private List<String> client(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.need(program).toString());
    command.addAll(
        List.of("--host=127.0.0.1", "--port=" + port, "--username=" + USER, "--no-password"));
    command.addAll(List.of(arguments));
    return command;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .directory(Path.of("/").toFile())
              .start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("%s failed: %s".formatted(command, said));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Makes an empty database; answers its URL for JDBC, the user included. */
  public String freshDatabase() {
    String name = "newci_" + databases.incrementAndGet();
    run(client("createdb", name));
    return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s".formatted(port, name, USER);
  }

  /** The running server; its children serve the connections. */
  public ProcessHandle handle() {
    return process.handle();
  }

  @Override
  public void close() {
    process.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".log"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear " + folder, e);
    }
  }
}
